package dev.hale.evaluation;

import static dev.hale.evaluation.Samples.mask;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class IntensityBaselineTest {
  @Test
  void mapByHand() {
    float[] flair = {500, 20, 30, 20, 40};
    assertArrayEquals(
        new float[] {0, 0.5f, 0.75f, 0.5f, 1}, IntensityBaseline.map(flair, mask(".####")), 0);
    assertThrows(
        IllegalArgumentException.class, () -> IntensityBaseline.map(new float[] {Float.NaN}, null));
  }

  @Property(tries = 100)
  void theMapIgnoresTheScannersScale(@ForAll long seed) {
    Samples s = Samples.random(seed, 60, 30, 0.2);
    float[] other = new float[60];
    for (int v = 0; v < 60; v++) {
      other[v] = (float) Math.exp(4 * s.map()[v]) * 300;
    }
    assertArrayEquals(
        IntensityBaseline.map(s.map(), s.region()), IntensityBaseline.map(other, s.region()), 0);
  }

  @Property(tries = 200)
  void aThresholdCarriedOverMarksTheSameVoxels(
      @ForAll long seed, @ForAll @DoubleRange(min = -0.6, max = 0.9) double intensity) {
    Samples s = Samples.random(seed, 60, 30, 0.2);
    float[] map = IntensityBaseline.map(s.map(), s.region());
    double carried = IntensityBaseline.equalisedThreshold(intensity, s.map(), s.region());
    assertArrayEquals(
        Thresholds.above(s.map(), intensity, s.region()),
        Thresholds.above(map, carried, s.region()));
  }

  @Test
  void otsuFindsABrightLesionThoughTheMapIsSpreadEvenly() {
    Random random = new Random(2);
    float[] flair = new float[4000];
    byte[] lesion = new byte[4000];
    for (int v = 0; v < flair.length; v++) {
      lesion[v] = (byte) (v % 12 == 0 ? 1 : 0);
      flair[v] = (float) (100 + 8 * random.nextGaussian() + (lesion[v] != 0 ? 150 : 0));
    }
    float[] map = IntensityBaseline.map(flair, null);
    double threshold = IntensityBaseline.otsuThreshold(flair, null);
    assertTrue(Overlap.of(Thresholds.above(map, threshold, null), lesion, null).dice() > 0.99);
    double onTheMap = Thresholds.otsu(map, null);
    assertEquals(0.5, onTheMap, 0.01);
    assertTrue(Overlap.of(Thresholds.above(map, onTheMap, null), lesion, null).dice() < 0.4);
  }
}
