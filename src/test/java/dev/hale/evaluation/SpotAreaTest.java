package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Spots that are too small to count: by hand, and learnt from images with specks everywhere. */
class SpotAreaTest {
  private static final int SIZE = 16;

  @Test
  void everyPixelKnowsItsSpot() {
    float[] map = {
      9, 0, 0, 5, //
      0, 9, 0, 5, //
      0, 0, 0, 0, //
      7, 1, 0, 9
    };
    byte[] region = new byte[16];
    Arrays.fill(region, (byte) 1);
    region[15] = 0;
    RegionMap areas = SpotArea.areas(map, region, 4);
    assertArrayEquals(new float[] {2, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 1, 0, 0}, areas.values());
  }

  @Test
  void specksAreLearntFromHealthyImages() {
    List<RegionMap> healthy = images(1, false);
    List<RegionMap> diseased = images(2, true);
    double least = SpotArea.least(healthy, diseased);
    assertEquals(true, least >= 1 && least < 16, "specks of 1 pixel, lesions of 16: " + least);
    assertEquals(0, SpotArea.least(images(3, false), images(4, false)), "nothing to tell them by");
  }

  /** Twenty images with single pixels marked at random, and in diseased ones a square of 4 × 4. */
  private static List<RegionMap> images(long seed, boolean diseased) {
    Random random = new Random(seed);
    byte[] region = new byte[SIZE * SIZE];
    Arrays.fill(region, (byte) 1);
    List<RegionMap> images = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      float[] map = new float[SIZE * SIZE];
      for (int speck = 0; speck < 4; speck++) {
        map[3 * random.nextInt(3) + SIZE * 3 * random.nextInt(3)] = 1;
      }
      for (int p = 0; diseased && p < 16; p++) {
        map[(10 + p / 4) * SIZE + 10 + p % 4] = 1;
      }
      images.add(SpotArea.areas(map, region, 0.5));
    }
    return images;
  }

  @Test
  void theLargestCrossSectionDecides() {
    byte[] mask = new byte[3 * 16];
    mask[0] = 1; // a line of three voxels through the slices
    mask[16] = 1;
    mask[32] = 1;
    mask[16 + 10] = 1; // two voxels of one slice, and one beneath
    mask[16 + 11] = 1;
    mask[32 + 11] = 1;
    byte[] wide = new byte[48];
    wide[16 + 10] = 1;
    wide[16 + 11] = 1;
    wide[32 + 11] = 1;
    assertArrayEquals(wide, SpotArea.drop(mask, 4, 4, 3, 1));
    assertArrayEquals(mask, SpotArea.drop(mask, 4, 4, 3, 0));
    assertArrayEquals(new byte[48], SpotArea.drop(mask, 4, 4, 3, 2));
  }
}
