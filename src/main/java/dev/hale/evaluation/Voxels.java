package dev.hale.evaluation;

import java.util.List;

/**
 * The voxels that count. Every metric looks at an image through a region, so the rule for what lies
 * inside is written once, here.
 */
public final class Voxels {
  private Voxels() {}

  /**
   * The map's values inside the region, in the order of the array.
   *
   * @param map any values, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @return a new array, as long as the region has voxels
   * @throws IllegalArgumentException where the lengths differ
   */
  public static float[] inside(float[] map, byte[] region) {
    int count = count(map.length, region);
    float[] values = new float[count];
    int next = 0;
    for (int v = 0; v < map.length; v++) {
      if (contains(region, v)) {
        values[next++] = map[v];
      }
    }
    return values;
  }

  /** The mask's values inside the region; the twin of {@link #inside(float[], byte[])}. */
  public static byte[] inside(byte[] mask, byte[] region) {
    int count = count(mask.length, region);
    byte[] values = new byte[count];
    int next = 0;
    for (int v = 0; v < mask.length; v++) {
      if (contains(region, v)) {
        values[next++] = mask[v];
      }
    }
    return values;
  }

  /** A map of values inside a region, 0 outside: what {@link #inside(float[], byte[])} undoes. */
  public static float[] scatter(float[] values, byte[] region) {
    sameLength("values", values.length, "region", count(region.length, region));
    float[] map = new float[region.length];
    int next = 0;
    for (int v = 0; v < map.length; v++) {
      if (contains(region, v)) {
        map[v] = values[next++];
      }
    }
    return map;
  }

  /**
   * The values of several maps inside their regions, one after the other: for a threshold that is
   * to hold for all of them.
   *
   * @param maps of any lengths
   * @param regions one for each map; an element may be null for all voxels
   * @throws IllegalArgumentException where the lists or the arrays in them differ in length
   */
  public static float[] pool(List<float[]> maps, List<byte[]> regions) {
    sameLength("regions", regions.size(), "maps", maps.size());
    int total = 0;
    for (int image = 0; image < maps.size(); image++) {
      total = Math.addExact(total, count(maps.get(image).length, regions.get(image)));
    }
    float[] pooled = new float[total];
    int next = 0;
    for (int image = 0; image < maps.size(); image++) {
      float[] values = inside(maps.get(image), regions.get(image));
      System.arraycopy(values, 0, pooled, next, values.length);
      next += values.length;
    }
    return pooled;
  }

  /** The masks' values inside their regions; the twin of {@link #pool(List, List)}. */
  public static byte[] poolMasks(List<byte[]> masks, List<byte[]> regions) {
    sameLength("regions", regions.size(), "masks", masks.size());
    int total = 0;
    for (int image = 0; image < masks.size(); image++) {
      total = Math.addExact(total, count(masks.get(image).length, regions.get(image)));
    }
    byte[] pooled = new byte[total];
    int next = 0;
    for (int image = 0; image < masks.size(); image++) {
      byte[] values = inside(masks.get(image), regions.get(image));
      System.arraycopy(values, 0, pooled, next, values.length);
      next += values.length;
    }
    return pooled;
  }

  /** A copy of the mask, empty outside the region. */
  static byte[] cut(byte[] mask, byte[] region) {
    fits(region, mask.length);
    byte[] cut = mask.clone();
    for (int v = 0; v < cut.length; v++) {
      if (!contains(region, v)) {
        cut[v] = 0;
      }
    }
    return cut;
  }

  static boolean contains(byte[] region, int voxel) {
    return region == null || region[voxel] != 0;
  }

  static int count(int length, byte[] region) {
    fits(region, length);
    if (region == null) {
      return length;
    }
    int count = 0;
    for (byte inside : region) {
      if (inside != 0) {
        count++;
      }
    }
    return count;
  }

  static void fits(byte[] region, int length) {
    if (region != null) {
      sameLength("region", region.length, "image", length);
    }
  }

  static void sameLength(String what, int length, String other, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "lengths differ: %s has %d values, %s has %d".formatted(what, length, other, expected));
    }
  }
}
