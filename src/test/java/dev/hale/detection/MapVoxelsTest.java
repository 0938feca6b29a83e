package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.evaluation.Thresholds;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The native thresholds against the plain ones. */
final class MapVoxelsTest {
  @Property(tries = 60)
  void agreeWithThresholds(
      @ForAll @IntRange(min = 1, max = 700) int length,
      @ForAll @IntRange(min = 0, max = 1000) int perMille,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] map = new float[length];
    byte[] brain = new byte[length];
    for (int v = 0; v < length; v++) {
      map[v] = random.nextInt(20) / 7f; // many equals
      brain[v] = (byte) (random.nextInt(3) > 0 ? 1 : 0);
    }
    try (MapVoxels voxels = new MapVoxels(map, brain)) {
      assertEquals(Thresholds.otsu(map, brain), voxels.otsu());
      double percent = perMille / 10.0;
      double percentile = voxels.percentile(percent);
      assertEquals(Thresholds.percentile(map, brain, percent), percentile, 1e-9);
      assertArrayEquals(Thresholds.above(map, percentile, brain), voxels.above(percentile));
    }
  }

  @Test
  void nothingOutsideTheBrainIsLookedAt() {
    float[] map = {Float.NaN, 1, 2};
    try (MapVoxels voxels = new MapVoxels(map, new byte[] {0, 1, 1})) {
      assertEquals(2, voxels.percentile(100));
    }
    byte[] all = {1, 1, 1};
    assertThrows(IllegalArgumentException.class, () -> new MapVoxels(map, all));
  }
}
