package dev.hale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StratifiedRankingTest {
  /** The plain twin: every pair looked at, as often as its two images count. */
  private static double pairs(float[] scores, boolean[] diseased, int[] strata, int[] weights) {
    double won = 0;
    double all = 0;
    for (int p = 0; p < scores.length; p++) {
      for (int q = 0; q < scores.length; q++) {
        if (diseased[p] && !diseased[q] && strata[p] == strata[q]) {
          double times = (double) weights[p] * weights[q];
          won += times * (scores[p] > scores[q] ? 1 : scores[p] == scores[q] ? 0.5 : 0);
          all += times;
        }
      }
    }
    return all == 0 ? Double.NaN : won / all;
  }

  @Property(tries = 300)
  void aurocIsTheShareOfPairsOfOneStratumThatAreWon(
      @ForAll long seed,
      @ForAll @IntRange(max = 40) int n,
      @ForAll @IntRange(min = 1, max = 5) int kinds) {
    Random random = new Random(seed);
    float[] scores = new float[n];
    boolean[] diseased = new boolean[n];
    int[] strata = new int[n];
    int[] weights = new int[n];
    int[] once = new int[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = (random.nextInt(9) - 4) / 3f; // ties, zeros of both signs among them
      scores[i] = scores[i] == 0 && random.nextBoolean() ? -0f : scores[i];
      diseased[i] = random.nextBoolean();
      labels[i] = (byte) (diseased[i] ? 1 : 0);
      strata[i] = random.nextInt(kinds) - 2;
      weights[i] = random.nextInt(4);
      once[i] = 1;
    }
    StratifiedRanking ranking = new StratifiedRanking(scores, diseased, strata);
    assertEquals(pairs(scores, diseased, strata, weights), ranking.auroc(weights), 1e-12);
    assertEquals(pairs(scores, diseased, strata, once), ranking.auroc(), 1e-12);
    assertEquals(
        Ranking.auroc(scores, labels),
        new StratifiedRanking(scores, diseased, new int[n]).auroc(),
        1e-12,
        "one stratum is plain AUROC");
  }

  @Test
  void nothingIsWonByTellingStrataApart() {
    float[] scores = {9, 8, 9, 8, 1, 0, 1, 0}; // by the stratum, and by chance within it
    boolean[] diseased = {true, true, true, false, false, false, false, true};
    int[] strata = {0, 0, 0, 0, 1, 1, 1, 1};
    assertTrue(new StratifiedRanking(scores, diseased, new int[8]).auroc() > 0.7);
    // Of stratum 0 2.5 of 3 pairs are won, of stratum 1 0.5 of 3.
    assertEquals(0.5, new StratifiedRanking(scores, diseased, strata).auroc(), 1e-12);
  }

  @Test
  void strataOfOneLabelHaveNoPair() {
    StratifiedRanking apart =
        new StratifiedRanking(new float[] {1, 2}, new boolean[] {true, false}, new int[] {0, 1});
    assertTrue(Double.isNaN(apart.auroc()));
  }

  @Test
  void whatCannotBeRankedIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new StratifiedRanking(new float[] {0, Float.NaN}, new boolean[2], new int[2]))
            .getMessage();
    assertEquals("score 1 is NaN, must be finite", message);
    assertThrows(
        IllegalArgumentException.class,
        () -> new StratifiedRanking(new float[2], new boolean[2], new int[1]));
    StratifiedRanking two = new StratifiedRanking(new float[2], new boolean[2], new int[2]);
    assertThrows(IllegalArgumentException.class, () -> two.auroc(new int[3]));
  }
}
