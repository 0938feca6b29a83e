package dev.hale.app.train;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.Measurement.Slices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads images of a prepared set for a detector. */
public final class SetImages {
  private SetImages() {}

  /**
   * The images of some rows, in their order, then those beside them that are not among them.
   *
   * @param rows may name one more than once
   */
  public static SliceImages withNeighbours(PreparedSet set, List<Integer> rows, int context) {
    List<Integer> read = new ArrayList<>(rows);
    Map<Integer, Integer> places = new HashMap<>();
    for (int n = 0; n < rows.size(); n++) {
      places.putIfAbsent(rows.get(n), n);
    }
    int[][] neighbours =
        SliceImages.neighbours(
            rows.size(),
            context,
            (n, offset) -> {
              int row = set.neighbour(rows.get(n), offset);
              if (row == PreparedSet.NONE) {
                return SliceImages.NONE;
              }
              if (places.putIfAbsent(row, read.size()) == null) {
                read.add(row);
              }
              return places.get(row);
            });
    Slices images = of(set, read);
    return new SliceImages(images.images(), images.brains(), neighbours);
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
