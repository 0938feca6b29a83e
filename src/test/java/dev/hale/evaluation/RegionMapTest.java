package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which pixels are a rim. */
class RegionMapTest {
  /** Peaks of 10 and 8, three apart; around them it falls; a gap of 1 lies between. */
  @Test
  void aRimIsLessThanHalfOfWhatIsNearButAGapIsNone() {
    float[] map = {
      0, 0, 0, 0, 0, 0, 0, //
      0, 4, 6, 4, 4, 3, 0, //
      2, 6, 10, 1, 8, 4, 2, //
      0, 4, 6, 4, 4, 3, 0, //
      0, 0, 2, 0, 2, 0, 0, //
      0, 0, 0, 0, 0, 0, 0, //
      1, 0, 0, 0, 0, 0, 0
    };
    RegionMap all = RegionMap.of(map, null);
    assertArrayEquals(map, all.values());
    boolean[] rim = all.rim();
    assertFalse(rim[2 * 7 + 2], "the peak itself");
    assertFalse(rim[7 + 2], "6 beside 10");
    assertFalse(rim[2 * 7 + 3], "the gap");
    assertTrue(rim[2 * 7], "2, two beside 10");
    assertTrue(rim[4 * 7 + 2], "2, two below 10");
    assertFalse(rim[6 * 7], "1, and nothing higher is near");
  }

  @Test
  void whatLiesOutsideMakesNothingARim() {
    float[] map = new float[25];
    Arrays.fill(map, 1);
    map[0] = 10;
    byte[] region = new byte[25];
    Arrays.fill(region, 1, 25, (byte) 1);
    assertTrue(RegionMap.of(map, null).rim()[1]);
    RegionMap some = RegionMap.of(map, region);
    assertEquals(24, some.values().length);
    assertArrayEquals(new boolean[24], some.rim());
  }

  @Test
  void refusesWhatIsNoSquareAndRegionsOfAnotherSize() {
    assertThrows(IllegalArgumentException.class, () -> RegionMap.of(new float[5], null));
    assertThrows(IllegalArgumentException.class, () -> RegionMap.of(new float[4], new byte[5]));
    assertThrows(IllegalArgumentException.class, () -> new RegionMap(new float[3], new boolean[2]));
  }
}
