package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theIntervalNearsThatOfTheNormalLaw() {
    Random random = new Random(8);
    double[] values = random.doubles(400).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 400;
    double half = 1.96 * Math.sqrt(variance / 400);
    Bootstrap.Interval interval = Bootstrap.mean(values, 1);
    assertEquals(mean, interval.mean(), 1e-12);
    assertEquals(mean - half, interval.lower(), 0.1 * half);
    assertEquals(mean + half, interval.upper(), 0.1 * half);
  }

  @Test
  void theIntervalHoldsTheTruthAboutAsOftenAsItSays() {
    Random random = new Random(21);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] values = random.doubles(40).toArray();
      Bootstrap.Interval interval = Bootstrap.mean(values, trial);
      held += interval.lower() <= 0.5 && 0.5 <= interval.upper() ? 1 : 0;
    }
    assertTrue(held >= 270 && held <= 297, "held " + held + " of 300");
  }

  @Test
  void theSeedDecidesTheInterval() {
    double[] values = {0.1, 0.5, 0.53, 0.9, 0.2};
    assertEquals(Bootstrap.mean(values, 7), Bootstrap.mean(values, 7));
    assertNotEquals(Bootstrap.mean(values, 7), Bootstrap.mean(values, 8));
  }

  @Test
  void undefinedCasesAreLeftOutAndCounted() {
    Bootstrap.Interval interval = Bootstrap.mean(new double[] {1, Double.NaN, 3}, 0);
    assertEquals(2, interval.mean());
    assertEquals(2, interval.cases());
    assertEquals(1, interval.undefined());
    assertEquals(1, interval.lower());
    assertEquals(3, interval.upper());
  }

  @Test
  void oneCaseHasAMeanButNoInterval() {
    Bootstrap.Interval one = Bootstrap.mean(new double[] {0.4}, 0);
    assertEquals(0.4, one.mean());
    assertTrue(Double.isNaN(one.lower()) && Double.isNaN(one.upper()));
    assertTrue(Double.isNaN(Bootstrap.mean(new double[0], 0).mean()));
  }

  @Test
  void signedRanksByHand() {
    double[] first = {5, 1, 9, 3, 4};
    double[] second = {4, 3, 6, 3, 0};
    WilcoxonSignedRank test = WilcoxonSignedRank.test(first, second);
    // Differences 1, -2, 3, 4 (one pair equal): W- = 2, and 3 of 16 sign patterns have W- ≤ 2.
    assertEquals(new WilcoxonSignedRank(8, 2, 6.0 / 16, 4, true), test);
  }

  @Test
  void equalMethodsDoNotDiffer() {
    double[] values = {0.2, 0.4};
    assertEquals(new WilcoxonSignedRank(0, 0, 1, 0, true), WilcoxonSignedRank.test(values, values));
  }

  @Property(tries = 60)
  void exactPValuesCountAllSigns(@ForAll long seed, @ForAll @IntRange(min = 1, max = 11) int n) {
    Random random = new Random(seed);
    double[] first = random.doubles(n).toArray();
    double[] second = random.doubles(n).toArray();
    WilcoxonSignedRank test = WilcoxonSignedRank.test(first, second);
    double smaller = Math.min(test.positiveRanks(), test.negativeRanks());
    int atMost = 0;
    for (int signs = 0; signs < 1 << n; signs++) {
      int ranks = 0;
      for (int bit = 0; bit < n; bit++) {
        ranks += (signs >> bit & 1) * (bit + 1);
      }
      atMost += ranks <= smaller ? 1 : 0;
    }
    assertEquals(Math.min(1, 2.0 * atMost / (1 << n)), test.pValue(), 1e-12);
  }

  @Property(tries = 50)
  void theApproximationNearsTheExactTest(@ForAll long seed) {
    Random random = new Random(seed);
    double[] first = random.doubles(25).toArray();
    double[] second = random.doubles(25).map(v -> 0.8 * v).toArray();
    WilcoxonSignedRank exact = WilcoxonSignedRank.test(first, second);
    assertTrue(exact.exact());
    double mean = 25 * 26 / 4.0;
    double deviation = Math.sqrt(25 * 26 * 51 / 24.0);
    double z =
        Math.max(0, mean - Math.min(exact.positiveRanks(), exact.negativeRanks()) - 0.5)
            / deviation;
    assertEquals(exact.pValue(), 2 * WilcoxonSignedRank.upperTail(z), 0.01);
  }

  @Test
  void tiesAndManyCasesUseTheApproximation() {
    assertFalse(WilcoxonSignedRank.test(new double[] {1, 2, 3}, new double[] {0, 1, 5}).exact());
    double[] many = new Random(1).doubles(26).toArray();
    assertFalse(WilcoxonSignedRank.test(many, new double[26]).exact());
    assertThrows(
        IllegalArgumentException.class,
        () -> WilcoxonSignedRank.test(new double[] {Double.NaN}, new double[1]));
  }

  @Test
  void normalTailsFromTables() {
    assertEquals(0.5, WilcoxonSignedRank.upperTail(0), 1e-15);
    assertEquals(0.024997895148220435, WilcoxonSignedRank.upperTail(1.96), 1e-15);
    assertEquals(0.0013498980316300933, WilcoxonSignedRank.upperTail(3), 1e-15);
    assertEquals(2.866515718791939e-7, WilcoxonSignedRank.upperTail(5), 1e-19);
    assertEquals(
        WilcoxonSignedRank.upperTail(Math.nextDown(3.0)), WilcoxonSignedRank.upperTail(3.0), 1e-14);
  }

  @Test
  void holmByHand() {
    assertArrayEquals(
        new double[] {0.03, 0.06, 0.06, 0.02},
        Holm.adjust(new double[] {0.01, 0.04, 0.03, 0.005}),
        1e-15);
    assertArrayEquals(new double[] {1, 1}, Holm.adjust(new double[] {0.9, 0.6}), 0);
    assertEquals(0, Holm.adjust(new double[0]).length);
    assertThrows(IllegalArgumentException.class, () -> Holm.adjust(new double[] {Double.NaN}));
  }

  @Property(tries = 100)
  void holmLiesBetweenThePValueAndBonferroni(@ForAll long seed) {
    double[] p = new Random(seed).doubles(6).map(v -> v * v).toArray();
    double[] adjusted = Holm.adjust(p);
    for (int a = 0; a < 6; a++) {
      assertTrue(adjusted[a] >= p[a] && adjusted[a] <= Math.min(1, 6 * p[a]));
      for (int b = 0; b < 6; b++) {
        assertTrue(p[a] > p[b] || adjusted[a] <= adjusted[b]);
      }
    }
  }
}
