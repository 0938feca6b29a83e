package dev.hale.evaluation;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores rank diseased images above healthy ones of the same stratum, such as the view of
 * a radiograph: pairs across strata do not count, so that nothing is won by telling strata apart.
 * Images are sorted once, and may then be weighed in many ways, as a bootstrap does.
 */
public final class StratifiedRanking {
  private final float[] scores;
  private final boolean[] diseased;
  private final int[] strata;
  private final int[] order; // stratum by stratum, each from the highest score to the lowest

  /**
   * Sorts.
   *
   * @param scores finite, {@code [n]}
   * @param diseased {@code [n]}
   * @param strata {@code [n]}, a number a stratum; all alike for plain ranking
   * @throws IllegalArgumentException where lengths differ or a score is not finite
   */
  public StratifiedRanking(float[] scores, boolean[] diseased, int[] strata) {
    Voxels.sameLength("diseased", diseased.length, "scores", scores.length);
    Voxels.sameLength("strata", strata.length, "scores", scores.length);
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new IllegalArgumentException(
            "score %d is %s, must be finite".formatted(i, scores[i]));
      }
    }
    this.scores = scores.clone();
    this.diseased = diseased.clone();
    this.strata = strata.clone();
    order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(i -> strata[i])
                    .thenComparing(i -> -(scores[i] + 0f))) // both zeros are one score
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** Number of images. */
  public int size() {
    return order.length;
  }

  /**
   * The share of pairs of a diseased and a healthy image of one stratum in which the diseased one
   * has the higher score, equal scores counting one half.
   *
   * @return in [0, 1]; NaN where there is no such pair
   */
  public double auroc() {
    return auroc(IntStream.generate(() -> 1).limit(size()).toArray());
  }

  /**
   * The same with images that count several times.
   *
   * @param weights how often, {@code [n]}, each 0 or more
   * @return in [0, 1]; NaN where there is no such pair
   * @throws IllegalArgumentException where the number of weights is another
   */
  public double auroc(int[] weights) {
    Voxels.sameLength("weights", weights.length, "scores", scores.length);
    double won = 0;
    double pairs = 0;
    int at = 0;
    while (at < order.length) {
      int stratum = strata[order[at]];
      long above = 0;
      long healthy = 0;
      while (at < order.length && strata[order[at]] == stratum) {
        float score = scores[order[at]];
        long tiedDiseased = 0;
        long tiedHealthy = 0;
        for (;
            at < order.length && strata[order[at]] == stratum && scores[order[at]] == score;
            at++) {
          if (diseased[order[at]]) {
            tiedDiseased += weights[order[at]];
          } else {
            tiedHealthy += weights[order[at]];
          }
        }
        won += tiedHealthy * (above + 0.5 * tiedDiseased);
        above += tiedDiseased;
        healthy += tiedHealthy;
      }
      pairs += (double) above * healthy;
    }
    return pairs == 0 ? Double.NaN : won / pairs;
  }
}
