package dev.hale.data.prepared;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Healthy images by the height of their slices, from 0 for a subject's first slice in the set to 1
 * for its last: anatomy, seen in as many slices from one end to the other, is alike at like
 * heights.
 */
public final class Heights {
  private static final int BINS = 16;

  private final List<PreparedSlice> slices;
  private final Map<String, int[]> ends = new HashMap<>();
  private final int[][] healthy = new int[BINS][]; // rows; of the nearest bin that has some

  /**
   * Healthy images of a set.
   *
   * @param slices of the whole set
   * @param healthyRows which of them may be drawn, at least one
   */
  public Heights(List<PreparedSlice> slices, int[] healthyRows) {
    this.slices = slices;
    for (PreparedSlice slice : slices) {
      int[] end =
          ends.computeIfAbsent(slice.subject(), name -> new int[] {slice.slice(), slice.slice()});
      end[0] = Math.min(end[0], slice.slice());
      end[1] = Math.max(end[1], slice.slice());
    }
    int[][] rows = new int[BINS][];
    for (int bin = 0; bin < BINS; bin++) {
      int wanted = bin;
      rows[bin] = Arrays.stream(healthyRows).filter(row -> bin(row) == wanted).toArray();
    }
    int[] filled = IntStream.range(0, BINS).filter(bin -> rows[bin].length > 0).toArray();
    for (int bin = 0; bin < BINS; bin++) {
      healthy[bin] = rows[nearest(filled, bin)];
    }
  }

  /** The bin with the least distance; of two, the lower. */
  private static int nearest(int[] filled, int bin) {
    int nearest = filled[0];
    for (int other : filled) {
      nearest = Math.abs(other - bin) < Math.abs(nearest - bin) ? other : nearest;
    }
    return nearest;
  }

  private int bin(int row) {
    PreparedSlice slice = slices.get(row);
    int[] end = ends.get(slice.subject());
    return (slice.slice() - end[0]) * BINS / (end[1] - end[0] + 1);
  }

  /**
   * Healthy rows at about the heights of these, in their order. None comes again before all others
   * of its height have come.
   */
  public List<Integer> like(List<Integer> rows, Random random) {
    IdentityHashMap<int[], Deque<Integer>> left = new IdentityHashMap<>();
    List<Integer> drawn = new ArrayList<>();
    for (int row : rows) {
      int[] candidates = healthy[bin(row)];
      Deque<Integer> of = left.computeIfAbsent(candidates, any -> new ArrayDeque<>());
      if (of.isEmpty()) {
        List<Integer> shuffled = new ArrayList<>(Arrays.stream(candidates).boxed().toList());
        Collections.shuffle(shuffled, random);
        of.addAll(shuffled);
      }
      drawn.add(of.remove());
    }
    return drawn;
  }

  /** A healthy row at about the height of this one. */
  int healthyLike(int row, SplittableRandom random) {
    int[] candidates = healthy[bin(row)];
    return candidates[random.nextInt(candidates.length)];
  }
}
