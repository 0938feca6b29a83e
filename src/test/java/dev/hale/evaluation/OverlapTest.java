package dev.hale.evaluation;

import static dev.hale.evaluation.Samples.mask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OverlapTest {
  @Test
  void countsByHand() {
    Overlap overlap = Overlap.of(mask("##.#...."), mask("#.##...#"), mask("#######."));
    assertEquals(new Overlap(2, 1, 1, 3), overlap);
    assertEquals(4.0 / 6, overlap.dice(), 1e-15);
    assertEquals(2.0 / 3, overlap.precision(), 1e-15);
    assertEquals(2.0 / 3, overlap.recall(), 1e-15);
    assertEquals(0.25, overlap.falsePositiveRate(), 1e-15);
  }

  @Test
  void anyValueButZeroIsMarked() {
    assertEquals(
        new Overlap(2, 0, 0, 1),
        Overlap.of(new byte[] {1, -1, 0}, new byte[] {4, 2, 0}, new byte[] {-1, 7, 1}));
  }

  @Test
  void emptyMasksAgreeAndOneEmptyMaskDoesNot() {
    byte[] empty = new byte[3];
    assertEquals(1, Overlap.of(empty, empty, null).dice());
    assertEquals(0, Overlap.of(empty, mask("#.."), null).dice());
    assertEquals(0, Overlap.of(mask("#.."), empty, null).dice());
    assertTrue(Double.isNaN(Overlap.of(empty, mask("#.."), null).precision()));
    assertTrue(Double.isNaN(Overlap.of(mask("#.."), empty, null).recall()));
  }

  @Test
  void slicesAddUpToTheVolume() {
    Samples s = Samples.random(1, 60, 8, 0.3);
    byte[] prediction = Thresholds.above(s.map(), 0, null);
    Overlap sum = new Overlap(0, 0, 0, 0);
    for (int from = 0; from < 60; from += 20) {
      sum =
          sum.plus(
              Overlap.of(
                  Arrays.copyOfRange(prediction, from, from + 20),
                  Arrays.copyOfRange(s.truth(), from, from + 20),
                  Arrays.copyOfRange(s.region(), from, from + 20)));
    }
    assertEquals(Overlap.of(prediction, s.truth(), s.region()), sum);
  }

  @Test
  void falsePositivesOnAHealthyImageAreMeasuredInMillilitres() {
    byte[] prediction = new byte[3000];
    Arrays.fill(prediction, 100, 600, (byte) 1);
    assertEquals(1.5, Overlap.onHealthy(prediction, null).falsePositiveMillilitres(3), 1e-12);
    Overlap overlap = Overlap.onHealthy(prediction, null);
    assertThrows(IllegalArgumentException.class, () -> overlap.falsePositiveMillilitres(0));
  }

  @Test
  void lengthsThatDifferAreNamed() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> Overlap.of(new byte[2], new byte[3], null));
    assertEquals("lengths differ: prediction has 2 values, truth has 3", error.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Overlap.of(new byte[3], new byte[3], new byte[4]));
  }

  @Property(tries = 200)
  void diceIsSymmetricAndWithinBounds(@ForAll long seed, @ForAll @IntRange(max = 40) int n) {
    Samples s = Samples.random(seed, n, 8, 0.3);
    byte[] marked = Thresholds.above(s.map(), 0.1, s.region());
    double dice = Overlap.of(marked, s.truth(), s.region()).dice();
    assertEquals(dice, Overlap.of(s.truth(), marked, s.region()).dice());
    assertTrue(dice >= 0 && dice <= 1);
    assertEquals(1, Overlap.of(s.truth(), s.truth(), s.region()).dice());
  }

  @Property(tries = 200)
  void diceIsTheHarmonicMeanOfPrecisionAndRecall(@ForAll long seed) {
    Samples s = Samples.random(seed, 50, 8, 0.5);
    Overlap overlap = Overlap.of(Thresholds.above(s.map(), -0.2, null), s.truth(), null);
    if (overlap.truePositives() > 0) {
      double harmonic = 2 / (1 / overlap.precision() + 1 / overlap.recall());
      assertEquals(harmonic, overlap.dice(), 1e-12);
    }
  }

  @Property(tries = 200)
  void oracleIsTheBestOfAllThresholds(@ForAll long seed, @ForAll @IntRange(max = 40) int n) {
    Samples s = Samples.random(seed, n, 12, 0.3);
    OracleDice oracle = OracleDice.of(s.map(), s.truth(), s.region());
    double best = diceAt(Double.POSITIVE_INFINITY, s);
    best = Math.max(best, diceAt(Double.NEGATIVE_INFINITY, s));
    for (float threshold : s.map()) {
      best = Math.max(best, diceAt(threshold, s));
    }
    assertEquals(best, oracle.dice(), 1e-15);
    assertEquals(oracle.dice(), diceAt(oracle.threshold(), s), 1e-15);
  }

  @Test
  void oracleByHand() {
    float[] map = {0.9f, 0.8f, 0.8f, 0.3f, 0.1f};
    assertEquals(
        new OracleDice(0.8, 0.3f), OracleDice.of(map, mask("##..."), null)); // a tie comes whole
    assertEquals(
        new OracleDice(1, Double.NEGATIVE_INFINITY), OracleDice.of(map, mask("#####"), null));
    assertEquals(new OracleDice(1, 0.9f), OracleDice.of(map, mask("....."), null));
  }

  @Test
  void onePooledThresholdIsNoBetterThanOneEach() {
    Samples a = Samples.random(3, 80, 16, 0.2);
    Samples b = Samples.random(4, 70, 16, 0.4);
    List<byte[]> regions = Arrays.asList(a.region(), null);
    OracleDice pooled =
        OracleDice.of(
            Voxels.pool(List.of(a.map(), b.map()), regions),
            Voxels.poolMasks(List.of(a.truth(), b.truth()), regions),
            null);
    Overlap both =
        Overlap.of(Thresholds.above(a.map(), pooled.threshold(), null), a.truth(), a.region())
            .plus(Overlap.of(Thresholds.above(b.map(), pooled.threshold(), null), b.truth(), null));
    assertEquals(both.dice(), pooled.dice(), 1e-15);
  }

  private static double diceAt(double threshold, Samples s) {
    return Overlap.of(Thresholds.above(s.map(), threshold, s.region()), s.truth(), s.region())
        .dice();
  }
}
