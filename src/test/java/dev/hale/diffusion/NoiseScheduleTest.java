package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** β and ᾱ of both schedules. */
class NoiseScheduleTest {
  @Test
  void linearGoesFromItsFirstToItsLast() {
    double[] betas = NoiseSchedule.linear(1000).betas();
    assertEquals(1e-4, betas[0], 1e-15);
    assertEquals(0.02, betas[999], 1e-15);
    assertEquals((1e-4 + 0.02) / 2, (betas[499] + betas[500]) / 2, 1e-15);
    // Other lengths add about as much noise in all.
    double end = Math.log(NoiseSchedule.linear(1000).alphasCumprod()[999]);
    assertEquals(end, Math.log(NoiseSchedule.linear(4000).alphasCumprod()[3999]), 0.1);
  }

  /** ᾱ(u) = cos²((u + s)/(1 + s)·π/2) / cos²(s/(1 + s)·π/2), until β is cut at 0.999. */
  @Test
  void cosineFollowsItsCurve() {
    int steps = 1000;
    NoiseSchedule schedule = NoiseSchedule.cosine(steps);
    double[] alphas = schedule.alphasCumprod();
    double atZero = Math.pow(Math.cos(0.008 / 1.008 * Math.PI / 2), 2);
    for (int t = 0; t < steps - 1; t++) {
      double u = (t + 1.0) / steps;
      double expected = Math.pow(Math.cos((u + 0.008) / 1.008 * Math.PI / 2), 2) / atZero;
      assertEquals(expected, alphas[t], 1e-9);
    }
    assertEquals(0.999, schedule.betas()[steps - 1]);
    assertTrue(schedule.betas()[0] < 1e-4);
    // Half the signal's power is left near the middle, where linear has almost none.
    assertEquals(0.5, alphas[499], 0.02);
    assertTrue(NoiseSchedule.linear(steps).alphasCumprod()[499] < 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "cosine"})
  void signalOnlyFalls(String name) {
    double[] alphas = NoiseSchedule.named(name, 1000).alphasCumprod();
    double previous = 1;
    for (double alpha : alphas) {
      assertTrue(alpha > 0 && alpha < previous);
      previous = alpha;
    }
    assertTrue(previous < 1e-4, "signal is left at the end: " + previous);
  }

  @Test
  void arraysAreCopies() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    schedule.betas()[0] = 0.5;
    assertEquals(1e-4, schedule.betas()[0], 1e-15);
  }

  @Test
  void schedulesThatCannotBeAreExplained() {
    assertSays("unknown noise schedule 'sqrt': use linear or cosine", "sqrt", 1000);
    assertSays("a noise schedule needs at least one step, not 0", "linear", 0);
    assertSays("a noise schedule needs at least one step, not -3", "cosine", -3);
    // Scaled to ten steps, the linear schedule would end at β = 2.
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.linear(10))
            .getMessage()
            .startsWith("beta must lie in (0, 1)"));
    assertThrows(IllegalArgumentException.class, () -> new NoiseSchedule(new double[0]));
    assertThrows(
        IllegalArgumentException.class, () -> new NoiseSchedule(new double[] {Double.NaN}));
  }

  private static void assertSays(String message, String name, int steps) {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.named(name, steps));
    assertEquals(message, thrown.getMessage());
  }
}
