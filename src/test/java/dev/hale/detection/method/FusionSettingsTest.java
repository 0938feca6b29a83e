package dev.hale.detection.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The weights of fusion, by hand. */
class FusionSettingsTest {
  /** Two values, {@code deviation} above and below {@code middle} in the logarithm, and a 0. */
  private static float[] around(double middle, double deviation) {
    return new float[] {
      (float) (middle * Math.exp(deviation)), 0, (float) (middle * Math.exp(-deviation))
    };
  }

  @Test
  void theMapThatVariesLessWeighsMore() {
    assertArrayEquals(
        new double[] {2 / 3.0, 1 / 3.0},
        FusionSettings.balancedWeights(around(5, 0.5), around(1e-3, 1)),
        1e-6);
    assertArrayEquals(
        new double[] {0.5, 0.5}, FusionSettings.balancedWeights(around(5, 2), around(7, 2)), 1e-6);
  }

  @Test
  void aThirdMapLeavesTheOthersAsTheyAreToEachOther() {
    assertArrayEquals(
        new double[] {0.5, 0.25, 0.25},
        FusionSettings.balancedWeights(around(5, 0.5), around(1e-3, 1), around(1, 1)),
        1e-6);
  }

  @Test
  void aMapThatDoesNotVaryHasNoWeight() {
    assertArrayEquals(
        new double[] {Double.NaN, Double.NaN},
        FusionSettings.balancedWeights(around(5, 0.5), new float[] {3, 3}));
    assertArrayEquals(
        new double[] {Double.NaN, Double.NaN},
        FusionSettings.balancedWeights(new float[3], around(5, 0.5)));
  }

  @Test
  void brightnessNeedsAChannelAndAShare() {
    assertThrows(
        IllegalArgumentException.class, () -> new FusionSettings.BrightnessPart(" ", null));
    assertThrows(
        IllegalArgumentException.class, () -> new FusionSettings.BrightnessPart("FLAIR", 1.0));
  }
}
