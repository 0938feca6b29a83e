package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Spearman's rank correlation. */
class RankCorrelationTest {
  @Test
  void seesOnlyTheOrder() {
    double[] x = {1, 2, 3, 4, 5};
    assertEquals(1, RankCorrelation.spearman(x, new double[] {-9, 0, 0.1, 7, 1e9}), 1e-12);
    assertEquals(-1, RankCorrelation.spearman(x, new double[] {5, 4, 3, 2, -1e9}), 1e-12);
    // 1 - 6 Σ d² / (n (n² - 1)), d = 0, 1, -1, 1, -1
    assertEquals(0.8, RankCorrelation.spearman(x, new double[] {1, 3, 2, 5, 4}), 1e-12);
  }

  @Test
  void equalValuesShareTheirRank() {
    double[] x = {1, 2, 2, 3}; // ranks 1, 2.5, 2.5, 4
    double[] y = {1, 2, 3, 4};
    assertEquals(4.5 / Math.sqrt(4.5 * 5), RankCorrelation.spearman(x, y), 1e-12);
    assertTrue(Double.isNaN(RankCorrelation.spearman(y, new double[] {7, 7, 7, 7})));
  }

  @Test
  void refusesWhatHasNoOrder() {
    double[] two = {1, Double.NaN};
    assertThrows(
        IllegalArgumentException.class, () -> RankCorrelation.spearman(two, new double[] {1, 2}));
    assertThrows(
        IllegalArgumentException.class, () -> RankCorrelation.spearman(two, new double[] {1}));
  }
}
