package dev.hale.data.prepared;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Healthy images by the height of their slices, from 0 for a subject's first slice in the set to 1
 * for its last: anatomy, seen in as many slices from one end to the other, is alike at like
 * heights.
 */
final class Heights {
  private static final int BINS = 16;

  private final List<PreparedSlice> slices;
  private final Map<String, int[]> ends = new HashMap<>();
  private final int[][] healthy = new int[BINS][]; // rows; of the nearest bin that has some

  Heights(List<PreparedSlice> slices, int[] healthyRows) {
    this.slices = slices;
    for (PreparedSlice slice : slices) {
      int[] end = ends.computeIfAbsent(slice.subject(), name -> new int[] {slice.slice(), 0});
      end[0] = Math.min(end[0], slice.slice());
      end[1] = Math.max(end[1], slice.slice());
    }
    int[][] rows = new int[BINS][];
    for (int bin = 0; bin < BINS; bin++) {
      int wanted = bin;
      rows[bin] = Arrays.stream(healthyRows).filter(row -> bin(row) == wanted).toArray();
    }
    for (int bin = 0; bin < BINS; bin++) {
      healthy[bin] = nearest(rows, bin);
    }
  }

  private static int[] nearest(int[][] rows, int bin) {
    for (int away = 0; away < BINS; away++) {
      if (bin - away >= 0 && rows[bin - away].length > 0) {
        return rows[bin - away];
      }
      if (bin + away < BINS && rows[bin + away].length > 0) {
        return rows[bin + away];
      }
    }
    return new int[0];
  }

  private int bin(int row) {
    PreparedSlice slice = slices.get(row);
    int[] end = ends.get(slice.subject());
    int span = Math.max(1, end[1] - end[0] + 1);
    return (slice.slice() - end[0]) * BINS / span;
  }

  /** A healthy row at about the height of this one. */
  int healthyLike(int row, SplittableRandom random) {
    int[] candidates = healthy[bin(row)];
    return candidates[random.nextInt(candidates.length)];
  }
}
