package dev.hale.app.train;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.Measurement.Slices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads images of a prepared set for a detector. */
final class SetImages {
  private SetImages() {}

  /** The images of some rows, then those beside them that are not among them. */
  static SliceImages withNeighbours(PreparedSet set, List<Integer> rows, int context) {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    rows.forEach(row -> places.put(row, places.size()));
    int[][] neighbours =
        SliceImages.neighbours(
            rows.size(),
            context,
            (n, offset) -> {
              int row = set.neighbour(rows.get(n), offset);
              if (row == PreparedSet.NONE) {
                return SliceImages.NONE;
              }
              places.putIfAbsent(row, places.size());
              return places.get(row);
            });
    Slices read = of(set, List.copyOf(places.keySet()));
    return new SliceImages(read.images(), read.brains(), neighbours);
  }

  /** The images of some rows. */
  static Slices of(PreparedSet set, List<Integer> rows) {
    float[][] images = new float[rows.size()][set.channels() * set.imageSize() * set.imageSize()];
    byte[][] brains = new byte[rows.size()][];
    for (int i = 0; i < images.length; i++) {
      set.image(rows.get(i), images[i], 0);
      brains[i] = set.brain(rows.get(i));
    }
    return new Slices(set.preprocessing().channels(), images, brains);
  }
}
