package dev.hale.evaluation;

import static dev.hale.evaluation.Samples.mask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void aucsByHand() {
    float[] scores = {0.1f, 0.4f, 0.35f, 0.8f};
    byte[] labels = mask("..##");
    assertEquals(0.75, Ranking.auroc(scores, labels), 1e-15);
    assertEquals(0.5 * 1 + 0.5 * 2 / 3, Ranking.auprc(scores, labels), 1e-15);
  }

  @Test
  void aConstantMapKnowsNothing() {
    float[] constant = {2, 2, 2, 2, 2};
    assertEquals(0.5, Ranking.auroc(constant, mask("#...#")), 1e-15);
    assertEquals(0.4, Ranking.auprc(constant, mask("#...#")), 1e-15);
  }

  @Test
  void bothZerosAreOneScore() {
    assertEquals(0.5, Ranking.auroc(new float[] {0f, -0f}, mask("#.")), 1e-15);
    assertEquals(0.5, Ranking.auroc(new float[] {0f, -0f}, mask(".#")), 1e-15);
  }

  @Test
  void oneClassAloneIsUndefined() {
    float[] scores = {1, 2};
    assertTrue(Double.isNaN(Ranking.auroc(scores, mask(".."))));
    assertTrue(Double.isNaN(Ranking.auroc(scores, mask("##"))));
    assertTrue(Double.isNaN(Ranking.auprc(scores, mask(".."))));
    assertEquals(1, Ranking.auprc(scores, mask("##")));
    assertTrue(Double.isNaN(Ranking.auroc(scores, mask(".#"), mask(".#"))));
  }

  @Test
  void aScoreThatIsNotFiniteIsRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] scores = {0, bad};
      var error =
          assertThrows(
              IllegalArgumentException.class, () -> Ranking.auroc(scores, new byte[] {0, 1}));
      assertTrue(error.getMessage().startsWith("score 1 is "), error.getMessage());
      assertEquals(0.5, Ranking.auroc(new float[] {1, 1, bad}, mask("#.."), mask("##.")));
    }
  }

  @Property(tries = 200)
  void aurocIsTheShareOfPairsWon(@ForAll long seed, @ForAll @IntRange(max = 40) int n) {
    Samples s = Samples.random(seed, n, 10, 0.4);
    double won = 0;
    long pairs = 0;
    for (int p = 0; p < n; p++) {
      for (int q = 0; q < n; q++) {
        if (s.truth()[p] != 0 && s.truth()[q] == 0 && s.region()[p] != 0 && s.region()[q] != 0) {
          won += s.map()[p] > s.map()[q] ? 1 : s.map()[p] == s.map()[q] ? 0.5 : 0;
          pairs++;
        }
      }
    }
    assertEquals(
        pairs == 0 ? Double.NaN : won / pairs,
        Ranking.auroc(s.map(), s.truth(), s.region()),
        1e-12);
  }

  @Property(tries = 200)
  void auprcIsTheSumOverTheDistinctThresholds(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n) {
    Samples s = Samples.random(seed, n, 10, 0.4);
    TreeSet<Float> thresholds = new TreeSet<>();
    for (float value : s.map()) {
      thresholds.add(value);
    }
    double sum = 0;
    double recallBefore = 0;
    for (float threshold : thresholds.descendingSet()) {
      byte[] marked = Thresholds.above(s.map(), Math.nextDown(threshold), s.region());
      Overlap overlap = Overlap.of(marked, s.truth(), s.region());
      if (overlap.truePositives() > 0) {
        sum += (overlap.recall() - recallBefore) * overlap.precision();
        recallBefore = overlap.recall();
      }
    }
    boolean undefined = Overlap.of(s.truth(), s.truth(), s.region()).truePositives() == 0;
    assertEquals(
        undefined ? Double.NaN : sum, Ranking.auprc(s.map(), s.truth(), s.region()), 1e-12);
  }

  @Property(tries = 200)
  void monotoneMapsChangeNothing(@ForAll long seed) {
    Samples s = Samples.random(seed, 60, 20, 0.3);
    float[] stretched = new float[60];
    for (int v = 0; v < 60; v++) {
      stretched[v] = (float) Math.exp(3 * s.map()[v]) - 7;
    }
    assertEquals(
        Ranking.auroc(s.map(), s.truth(), s.region()),
        Ranking.auroc(stretched, s.truth(), s.region()));
    assertEquals(
        Ranking.auprc(s.map(), s.truth(), s.region()),
        Ranking.auprc(stretched, s.truth(), s.region()));
  }

  @Property(tries = 200)
  void theReversedMapLosesWhatTheMapWins(@ForAll long seed) {
    Samples s = Samples.random(seed, 60, 16, 0.3);
    float[] reversed = new float[60];
    for (int v = 0; v < 60; v++) {
      reversed[v] = 1 - s.map()[v];
    }
    assertEquals(
        1 - Ranking.auroc(s.map(), s.truth(), null),
        Ranking.auroc(reversed, s.truth(), null),
        1e-12);
  }
}
