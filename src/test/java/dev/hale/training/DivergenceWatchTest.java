package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class DivergenceWatchTest {
  /** The step at which these losses are given up, or -1. */
  private static long stops(long warmup, LongToDoubleFunction losses) {
    DivergenceWatch watch = new DivergenceWatch(warmup);
    for (long step = 0; step < 500; step++) {
      if (watch.diverges(step, losses.applyAsDouble(step))) {
        return step;
      }
    }
    return -1;
  }

  @Test
  void aLossThatRisesTenfoldAndBackToWhereItBeganIsGivenUp() {
    // 0.05 and one of 20 losses at 10 each: 0.5475 > 10 · 0.05 and > 1 / 2.
    assertEquals(200, stops(10, step -> step < 20 ? 1 : step < 200 ? 0.05 : 10));
  }

  @Test
  void aLossThatIsMerelyLessTinyIsNot() {
    assertEquals(-1, stops(10, step -> step < 20 ? 1 : step < 200 ? 1e-4 : 0.1));
  }

  @Test
  void oneBadBatchIsNot() {
    assertEquals(-1, stops(10, step -> step < 20 ? 1 : step == 200 ? 5 : 0.05));
  }

  @Test
  void duringTheWarmUpNothingIs() {
    assertEquals(-1, stops(500, step -> step < 20 ? 1 : step < 40 ? 0.01 : 10));
    assertEquals(-1, stops(300, step -> step < 20 ? 1 : step < 40 ? 0.01 : 10));
  }

  @Test
  void itContinuesFromItsState() {
    DivergenceWatch watch = new DivergenceWatch(5);
    for (long step = 0; step < 100; step++) {
      assertFalse(watch.diverges(step, step < 20 ? 1 : 0.05));
    }
    DivergenceWatch other = new DivergenceWatch(5);
    other.restore(watch.state());
    assertTrue(other.diverges(100, 20));
  }
}
