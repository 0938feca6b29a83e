package dev.hale.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * A slice's anomaly map inside a region, and which of its pixels are the rim of something higher.
 *
 * @param values of the region's pixels, in the order of the map
 * @param rim which of them, gaps between high ones closed, are less than half as high as the
 *     highest within {@value #RADIUS} pixels: a blurred edge lies at half height, so these lie
 *     outside of what made the map high
 */
public record RegionMap(float[] values, boolean[] rim) {
  /** Half of the full width at half maximum of a map that was smoothed by 1.5 pixels. */
  static final int RADIUS = 2;

  /**
   * A map with its rims.
   *
   * @throws IllegalArgumentException where the arrays differ in length
   */
  public RegionMap {
    Voxels.sameLength("rim", rim.length, "values", values.length);
  }

  /**
   * Of a square map.
   *
   * @param map {@code [S, S]}
   * @param region {@code [S, S]}, 1 where a pixel counts; what lies outside makes nothing a rim
   * @throws IllegalArgumentException where the lengths differ or are not of a square
   */
  public static RegionMap of(float[] map, byte[] region) {
    int size = (int) Math.round(Math.sqrt(map.length));
    if (size * size != map.length) {
      throw new IllegalArgumentException(
          "a map has %d pixels, expected a square of them".formatted(map.length));
    }
    float[] inside = new float[map.length];
    for (int p = 0; p < map.length; p++) {
      inside[p] = Voxels.contains(region, p) ? map[p] : 0;
    }
    float[] highest = near(inside, size, Math::max);
    float[] closed = near(highest, size, Math::min); // morphological closing
    float[] values = Voxels.inside(map, region);
    boolean[] rim = new boolean[values.length];
    int next = 0;
    for (int p = 0; p < map.length; p++) {
      if (Voxels.contains(region, p)) {
        rim[next++] = closed[p] < highest[p] / 2;
      }
    }
    return new RegionMap(values, rim);
  }

  /** The values of all maps, one after the other. */
  public static float[] pool(List<RegionMap> maps) {
    return Voxels.pool(
        maps.stream().map(RegionMap::values).toList(), Collections.nCopies(maps.size(), null));
  }

  /** The share of the pixels of all maps that exceeds a threshold. */
  public static double shareAbove(List<RegionMap> maps, double threshold) {
    float[] all = pool(maps);
    long above = 0;
    for (float value : all) {
      above += value > threshold ? 1 : 0;
    }
    return above / (double) all.length;
  }

  /** For each pixel the highest, or lowest, of those within the radius. */
  private static float[] near(float[] map, int size, DoubleBinaryOperator of) {
    float[] result = map.clone();
    for (int p = 0; p < map.length; p++) {
      for (int dy = -RADIUS; dy <= RADIUS; dy++) {
        for (int dx = -RADIUS; dx <= RADIUS; dx++) {
          int y = p / size + dy;
          int x = p % size + dx;
          boolean inside = y >= 0 && y < size && x >= 0 && x < size;
          if (inside && dx * dx + dy * dy <= RADIUS * RADIUS) {
            result[p] = (float) of.applyAsDouble(result[p], map[y * size + x]);
          }
        }
      }
    }
    return result;
  }
}
