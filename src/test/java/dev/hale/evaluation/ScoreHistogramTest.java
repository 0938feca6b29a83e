package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScoreHistogramTest {
  @Test
  void theAreaUnderItsRocCurveIsThatOfAllVoxels() {
    Samples sample = Samples.random(5, 20_000, 5000, 0.05);
    ScoreHistogram histogram = ScoreHistogram.of(sample.map(), sample.truth(), null);
    assertEquals(Ranking.auroc(sample.map(), sample.truth()), area(histogram.roc(100_000)), 1e-3);
    assertEquals(Ranking.auroc(sample.map(), sample.truth()), area(histogram.roc(200)), 5e-3);
  }

  @Test
  void theSumOfHistogramsIsThatOfThePooledVoxels() {
    Samples one = Samples.random(1, 999, 50, 0.2);
    Samples two = Samples.random(2, 501, 5000, 0.1);
    ScoreHistogram pooled =
        ScoreHistogram.of(
            Voxels.pool(List.of(one.map(), two.map()), Arrays.asList(null, null)),
            Voxels.poolMasks(List.of(one.truth(), two.truth()), Arrays.asList(null, null)),
            null);
    ScoreHistogram sum =
        ScoreHistogram.of(one.map(), one.truth(), null)
            .plus(ScoreHistogram.of(two.map(), two.truth(), null));
    assertArrayEquals(pooled.cells(), sum.cells());
    assertArrayEquals(pooled.positives(), sum.positives());
    assertArrayEquals(pooled.negatives(), sum.negatives());
  }

  @Test
  void curvesByHand() {
    float[] map = {4, 3, 2, 1, -1};
    byte[] truth = {1, 0, 1, 0, 0};
    ScoreHistogram histogram = ScoreHistogram.of(map, truth, null);
    Curve roc = histogram.roc(100);
    assertArrayEquals(new double[] {0, 0, 1 / 3.0, 1 / 3.0, 2 / 3.0, 1}, roc.x(), 1e-12);
    assertArrayEquals(new double[] {0, 0.5, 0.5, 1, 1, 1}, roc.y(), 1e-12);
    Curve precision = histogram.precisionRecall(100);
    assertArrayEquals(new double[] {0.5, 0.5, 1, 1, 1}, precision.x(), 1e-12);
    assertArrayEquals(new double[] {1, 0.5, 2 / 3.0, 0.5, 0.4}, precision.y(), 1e-12);
    assertEquals(0, ScoreHistogram.of(map, new byte[5], null).roc(10).x().length);
  }

  @Test
  void aThinnedCurveKeepsItsEnds() {
    double[] x = new double[1000];
    double[] y = new double[1000];
    for (int i = 0; i < 1000; i++) {
      x[i] = i / 999.0;
      y[i] = Math.sqrt(x[i]);
    }
    Curve thin = new Curve(x, y).thinned(50);
    assertTrue(thin.x().length <= 50 && thin.x().length > 40);
    assertEquals(0, thin.x()[0]);
    assertEquals(1, thin.x()[thin.x().length - 1]);
  }

  @Test
  void theBootstrapOfAMeanIsThatOfTheStatistic() {
    double[] values = {0.1, 0.4, 0.2, 0.9, 0.5, 0.6};
    Bootstrap.Interval mean = Bootstrap.mean(values, 3);
    Bootstrap.Interval same =
        Bootstrap.of(
            6, drawn -> Arrays.stream(drawn).mapToDouble(c -> values[c]).average().orElse(0), 3);
    assertEquals(mean.mean(), same.mean(), 1e-12);
    assertEquals(mean.lower(), same.lower(), 1e-12);
    assertEquals(mean.upper(), same.upper(), 1e-12);
  }

  private static double area(Curve curve) {
    double area = 0;
    for (int i = 1; i < curve.x().length; i++) {
      area += (curve.x()[i] - curve.x()[i - 1]) * (curve.y()[i] + curve.y()[i - 1]) / 2;
    }
    return area;
  }
}
