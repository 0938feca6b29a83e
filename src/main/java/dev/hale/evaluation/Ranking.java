package dev.hale.evaluation;

/**
 * How well scores rank the diseased above the healthy, without any threshold. Serves voxels of a
 * map and whole images alike: a score and a label each.
 */
public final class Ranking {
  private Ranking() {}

  /**
   * Area under the ROC curve: the chance that a random positive outranks a random negative, equal
   * scores counting one half (Hanley and McNeil 1982).
   *
   * @param scores finite, {@code [n]}
   * @param labels {@code [n]}, positive where not 0
   * @param region {@code [n]}, or null for all
   * @return in [0, 1]; NaN where there are no positives or no negatives
   * @throws IllegalArgumentException where lengths differ or a score is not finite
   */
  public static double auroc(float[] scores, byte[] labels, byte[] region) {
    RankedScores ranked = RankedScores.of(scores, labels, region);
    if (ranked.positives() == 0 || ranked.negatives() == 0) {
      return Double.NaN;
    }
    long above = 0;
    double won = 0;
    for (int group = 0; group < ranked.groups(); group++) {
      won += ranked.negatives(group) * (above + 0.5 * ranked.positives(group));
      above += ranked.positives(group);
    }
    return won / ranked.positives() / ranked.negatives();
  }

  /** {@link #auroc(float[], byte[], byte[])} over all scores. */
  public static double auroc(float[] scores, byte[] labels) {
    return auroc(scores, labels, null);
  }

  /**
   * Area under the precision-recall curve as average precision, Σ (Rₙ - Rₙ₋₁) Pₙ over the distinct
   * scores: no interpolation, equal scores enter together, as in scikit-learn's {@code
   * average_precision_score}.
   *
   * @param scores finite, {@code [n]}
   * @param labels {@code [n]}, positive where not 0
   * @param region {@code [n]}, or null for all
   * @return in (0, 1]; a constant map has the prevalence; NaN where there are no positives
   *     (scikit-learn gives 0)
   * @throws IllegalArgumentException where lengths differ or a score is not finite
   */
  public static double auprc(float[] scores, byte[] labels, byte[] region) {
    RankedScores ranked = RankedScores.of(scores, labels, region);
    if (ranked.positives() == 0) {
      return Double.NaN;
    }
    long truePositives = 0;
    long marked = 0;
    double sum = 0;
    for (int group = 0; group < ranked.groups(); group++) {
      truePositives += ranked.positives(group);
      marked += ranked.positives(group) + (long) ranked.negatives(group);
      sum += ranked.positives(group) * ((double) truePositives / marked);
    }
    return sum / ranked.positives();
  }

  /** {@link #auprc(float[], byte[], byte[])} over all scores. */
  public static double auprc(float[] scores, byte[] labels) {
    return auprc(scores, labels, null);
  }
}
