package dev.hale.evaluation;

import java.util.List;

/**
 * How large a marked spot has to be to count. Healthy images show how large spots of no meaning
 * become: a cut through the areas of spots, instead of through the map, that image labels speak for
 * ({@link ImageLabelThreshold}).
 */
public final class SpotArea {
  private SpotArea() {}

  /**
   * For each pixel of a region how many pixels the marked spot has that it belongs to, 0 where it
   * is not marked. Pixels that share an edge or a corner are one spot.
   *
   * @param map {@code [S, S]}
   * @param region {@code [S, S]}, 1 where a pixel counts
   * @param threshold what is greater is marked
   */
  public static RegionMap areas(float[] map, byte[] region, double threshold) {
    int size = (int) Math.round(Math.sqrt(map.length));
    byte[] marked = Thresholds.above(map, threshold, region);
    ConnectedComponents spots = ConnectedComponents.of(marked, size, size, 1);
    float[] areas = new float[map.length];
    for (int p = 0; p < areas.length; p++) {
      areas[p] = spots.labels()[p] == 0 ? 0 : spots.sizes()[spots.labels()[p] - 1];
    }
    float[] inside = Voxels.inside(areas, region);
    return new RegionMap(inside, new boolean[inside.length]);
  }

  /**
   * The area that a spot has to exceed, in pixels; 0 where image labels speak against leaving any
   * out.
   *
   * @param healthy areas in healthy images
   * @param diseased the same in diseased images
   * @throws IllegalArgumentException where there are none of either
   */
  public static double least(List<RegionMap> healthy, List<RegionMap> diseased) {
    return ImageLabelThreshold.of(healthy, diseased, 0);
  }

  /**
   * A mask without small spots: what hangs together in three dimensions stays if its largest cross
   * section exceeds an area.
   *
   * @param mask {@code [slice][row][column]}
   * @param area in pixels of a slice, at least 0
   */
  public static byte[] drop(byte[] mask, int columns, int rows, int slices, double area) {
    ConnectedComponents spots = ConnectedComponents.of(mask, columns, rows, slices);
    int[] largest = new int[spots.count()];
    for (int slice = 0; slice < slices; slice++) {
      int[] here = new int[spots.count()];
      for (int at = 0; at < columns * rows; at++) {
        int label = spots.labels()[slice * columns * rows + at];
        if (label != 0) {
          largest[label - 1] = Math.max(largest[label - 1], ++here[label - 1]);
        }
      }
    }
    byte[] kept = new byte[mask.length];
    for (int v = 0; v < kept.length; v++) {
      int label = spots.labels()[v];
      kept[v] = (byte) (label != 0 && largest[label - 1] > area ? 1 : 0);
    }
    return kept;
  }
}
