package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimestepSamplerTest {
  /** Four timesteps whose last ten losses are all 1, 2, 3 and 4. */
  private static LossAwareTimesteps taught() {
    LossAwareTimesteps sampler = new LossAwareTimesteps(4);
    for (int round = 0; round < 12; round++) {
      float old = round < 2 ? 100 : 0; // forgotten after ten more
      sampler.learn(new int[] {0, 1, 2, 3}, new float[] {1 + old, 2, 3, 4});
    }
    return sampler;
  }

  @Test
  void probabilitiesFollowTheRootMeanSquareOfTheLastTenLosses() {
    double[] expected = new double[4];
    for (int t = 0; t < 4; t++) {
      expected[t] = (t + 1) / 10.0 * 0.999 + 0.001 / 4;
    }
    assertArrayEquals(expected, taught().probabilities(), 1e-12);
  }

  @Test
  void untilEachHasTenLossesAllAreEquallyLikely() {
    LossAwareTimesteps sampler = new LossAwareTimesteps(2);
    for (int n = 0; n < 9; n++) {
      sampler.learn(new int[] {0, 1, 1}, new float[] {1, 5, 5});
    }
    assertArrayEquals(new double[] {0.5, 0.5}, sampler.probabilities());
    sampler.learn(new int[] {0}, new float[] {1});
    assertEquals(5.0 / 6 * 0.999 + 0.0005, sampler.probabilities()[1], 1e-12);
  }

  @Test
  void drawsFollowTheProbabilitiesAndWeightsUndoThem() {
    LossAwareTimesteps sampler = taught();
    TimestepSampler.Draw draw = sampler.draw(100_000, new SplittableRandom(1));
    int[] counts = new int[4];
    double[] means = new double[4];
    for (int n = 0; n < 100_000; n++) {
      counts[draw.timesteps()[n]]++;
      means[draw.timesteps()[n]] += draw.weights()[n] / 100_000;
    }
    for (int t = 0; t < 4; t++) {
      double probability = sampler.probabilities()[t];
      // Four standard deviations of a binomial count.
      double tolerance = 4 * Math.sqrt(100_000 * probability * (1 - probability));
      assertEquals(100_000 * probability, counts[t], tolerance);
      assertEquals(0.25, means[t], tolerance / 100_000 / probability / 4, "as if uniform");
    }
  }

  @Test
  void uniformTimestepsAreAllOfThemWithWeightOne() {
    TimestepSampler.Draw draw =
        TimestepSampler.of(TimestepSampling.UNIFORM, 10).draw(10_000, new SplittableRandom(1));
    int[] counts = new int[10];
    for (int n = 0; n < 10_000; n++) {
      counts[draw.timesteps()[n]]++;
      assertEquals(1, draw.weights()[n]);
    }
    for (int count : counts) {
      assertEquals(1000, count, 120);
    }
  }

  @Test
  void aSamplerContinuesFromItsState() {
    LossAwareTimesteps sampler = taught();
    LossAwareTimesteps other = new LossAwareTimesteps(4);
    other.restore(sampler.state());
    assertArrayEquals(sampler.probabilities(), other.probabilities());
    sampler.learn(new int[] {2}, new float[] {9});
    other.learn(new int[] {2}, new float[] {9});
    assertArrayEquals(sampler.state(), other.state());
    assertTrue(sampler.probabilities()[2] > 0.31);
  }
}
