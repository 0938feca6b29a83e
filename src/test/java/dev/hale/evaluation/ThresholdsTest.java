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
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  @Test
  void onlyWhatIsStrictlyGreaterAndInsideIsMarked() {
    float[] map = {1, 2, 3, 4};
    assertArrayEquals(new byte[] {0, 0, 1, 0}, Thresholds.above(map, 2, mask("###.")));
    assertArrayEquals(
        new byte[] {1, 1, 1, 1}, Thresholds.above(map, Double.NEGATIVE_INFINITY, null));
  }

  @Test
  void otsuPartsTwoHeaps() {
    Random random = new Random(5);
    float[] map = new float[2000];
    for (int v = 0; v < map.length; v++) {
      map[v] = (float) (0.05 * random.nextGaussian() + (v < 600 ? 1 : 0));
    }
    double threshold = Thresholds.otsu(map, null);
    assertTrue(threshold > 0.2 && threshold < 0.8, "threshold " + threshold);
    double exact = Thresholds.otsuExact(map, null);
    assertArrayEquals(Thresholds.above(map, exact, null), Thresholds.above(map, threshold, null));
  }

  @Test
  void otsuOfNothingAndOfOneValue() {
    assertTrue(Double.isNaN(Thresholds.otsu(new float[2], new byte[2])));
    assertTrue(Double.isNaN(Thresholds.otsuExact(new float[0], null)));
    assertEquals(3, Thresholds.otsu(new float[] {3, 3, 8}, mask("##.")));
    assertEquals(3, Thresholds.otsuExact(new float[] {3, 3, 8}, mask("##.")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Thresholds.otsu(new float[] {0, Float.POSITIVE_INFINITY}, null));
  }

  @Property(tries = 200)
  void exactOtsuLeavesTheLeastVarianceWithinTheClasses(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 30) int n) {
    float[] map = Samples.random(seed, n, 12, 0.3).map();
    double found = withinVariance(map, Thresholds.otsuExact(map, null));
    for (float threshold : map) {
      assertTrue(found <= withinVariance(map, threshold) + 1e-9);
    }
  }

  @Property(tries = 100)
  void otsuFollowsTheMapsScale(@ForAll long seed) {
    float[] map = Samples.random(seed, 100, 50, 0.3).map();
    float[] scaled = new float[100];
    for (int v = 0; v < 100; v++) {
      scaled[v] = 4 * map[v];
    }
    assertEquals(4 * Thresholds.otsu(map, null), Thresholds.otsu(scaled, null), 1e-12);
  }

  @Test
  void percentilesByHand() {
    float[] map = {40, 10, 30, 20, -999};
    assertEquals(10, Thresholds.percentile(map, mask("####."), 0), 1e-12);
    assertEquals(25, Thresholds.percentile(map, mask("####."), 50), 1e-12);
    assertEquals(37, Thresholds.percentile(map, mask("####."), 90), 1e-12);
    assertEquals(40, Thresholds.percentile(map, mask("####."), 100), 1e-12);
    assertTrue(Double.isNaN(Thresholds.percentile(map, mask("....."), 50)));
    assertThrows(IllegalArgumentException.class, () -> Thresholds.percentile(map, null, 101));
    assertThrows(
        IllegalArgumentException.class, () -> Thresholds.percentile(map, null, Double.NaN));
  }

  @Property(tries = 200)
  void theFalsePositiveRateIsKeptAndNoLowerThresholdKeepsIt(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 0.99) double rate) {
    Samples s = Samples.random(seed, 80, 30, 0);
    double threshold = Thresholds.atFalsePositiveRate(s.map(), s.region(), rate);
    byte[] marked = Thresholds.above(s.map(), threshold, s.region());
    assertTrue(Overlap.onHealthy(marked, s.region()).falsePositiveRate() <= rate + 1e-12);
    byte[] more = Thresholds.above(s.map(), Math.nextDown(threshold), s.region());
    assertTrue(Overlap.onHealthy(more, s.region()).falsePositiveRate() > rate);
  }

  @Test
  void ratesAreNotLostToRounding() {
    float[] map = new float[100];
    for (int v = 0; v < 100; v++) {
      map[v] = v;
    }
    assertEquals(92, Thresholds.atFalsePositiveRate(map, null, 0.07));
    assertEquals(70, Thresholds.atFalsePositiveRate(map, null, 0.29));
    assertEquals(99, Thresholds.atFalsePositiveRate(map, null, 0));
    assertEquals(Double.NEGATIVE_INFINITY, Thresholds.atFalsePositiveRate(map, null, 1));
  }

  private static double withinVariance(float[] map, double threshold) {
    double[] sum = new double[2];
    double[] squares = new double[2];
    int[] count = new int[2];
    for (float value : map) {
      int side = value > threshold ? 1 : 0;
      sum[side] += value;
      squares[side] += (double) value * value;
      count[side]++;
    }
    double variance = 0;
    for (int side = 0; side < 2; side++) {
      variance += count[side] == 0 ? 0 : squares[side] - sum[side] * sum[side] / count[side];
    }
    return variance;
  }
}
