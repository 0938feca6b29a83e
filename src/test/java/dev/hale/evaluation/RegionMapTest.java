package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Which pixels are a rim. */
class RegionMapTest {
  private static final boolean T = true;
  private static final boolean F = false;

  @Test
  void aRimIsLessThanHalfOfWhatIsNear() {
    float[] map = {
      0, 0, 4, 0, 0, //
      0, 6, 5, 0, 0, //
      3, 5, 10, 0, 0, //
      0, 0, 0, 1, 0, //
      0, 0, 0, 0, 1
    };
    RegionMap all = RegionMap.of(map, null);
    assertArrayEquals(map, all.values());
    assertArrayEquals(
        new boolean[] {
          T, T, T, T, T, // 4 is two above the 10, the last pixel two beside the 4
          T, F, F, T, T, // 6 and 5 are half of it
          T, F, F, T, T, // 3 is two beside it
          T, T, T, T, T, //
          T, T, T, T, F // the last is further away than two
        },
        all.rim());
  }

  @Test
  void whatLiesOutsideMakesNothingARim() {
    float[] map = {10, 1, 0, 0};
    RegionMap some = RegionMap.of(map, new byte[] {0, 1, 1, 1});
    assertArrayEquals(new float[] {1, 0, 0}, some.values());
    assertArrayEquals(new boolean[] {F, T, T}, some.rim());
  }

  @Test
  void refusesWhatIsNoSquareAndRegionsOfAnotherSize() {
    assertThrows(IllegalArgumentException.class, () -> RegionMap.of(new float[5], null));
    assertThrows(IllegalArgumentException.class, () -> RegionMap.of(new float[4], new byte[5]));
    assertThrows(IllegalArgumentException.class, () -> new RegionMap(new float[3], new boolean[2]));
  }
}
