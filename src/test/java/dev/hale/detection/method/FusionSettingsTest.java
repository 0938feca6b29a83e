package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The weight of fusion, by hand. */
class FusionSettingsTest {
  /** Two values, {@code deviation} above and below {@code middle} in the logarithm, and a 0. */
  private static float[] around(double middle, double deviation) {
    return new float[] {
      (float) (middle * Math.exp(deviation)), 0, (float) (middle * Math.exp(-deviation))
    };
  }

  @Test
  void theMapThatVariesLessWeighsMore() {
    assertEquals(2 / 3.0, FusionSettings.balancedWeight(around(5, 0.5), around(1e-3, 1)), 1e-6);
    assertEquals(0.5, FusionSettings.balancedWeight(around(5, 2), around(7, 2)), 1e-6);
  }

  @Test
  void aMapThatDoesNotVaryHasNoWeight() {
    assertEquals(Double.NaN, FusionSettings.balancedWeight(around(5, 0.5), new float[] {3, 3}));
    assertEquals(Double.NaN, FusionSettings.balancedWeight(new float[3], around(5, 0.5)));
  }
}
