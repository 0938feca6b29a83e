package dev.hale.training;

import dev.hale.evaluation.Ranking;

/**
 * How well numbers that are above 0 for diseased images tell them from healthy ones.
 *
 * @param accuracy share of the images on the right side of 0
 * @param auroc area under the ROC curve; NaN where a number is none, which ranks nothing
 */
record LabelRanking(double accuracy, double auroc) {
  /**
   * The ranking of images.
   *
   * @param logOdds one an image
   * @param labels 0 healthy, 1 diseased
   */
  static LabelRanking of(float[] logOdds, int[] labels) {
    byte[] diseased = new byte[labels.length];
    int right = 0;
    boolean finite = true;
    for (int n = 0; n < labels.length; n++) {
      diseased[n] = (byte) labels[n];
      right += (logOdds[n] > 0 ? 1 : 0) == labels[n] ? 1 : 0;
      finite &= Float.isFinite(logOdds[n]);
    }
    return new LabelRanking(
        (double) right / labels.length, finite ? Ranking.auroc(logOdds, diseased) : Double.NaN);
  }
}
