package dev.hale.evaluation;

/**
 * What a critic says of the slices of one scan, or of an image that was made of it.
 *
 * @param diseasedSlices slices that are diseased in the scan, whatever the image shows
 * @param diseasedCalledHealthy those that the critic calls healthy
 * @param healthySlices the others
 * @param healthyCalledHealthy those of them that the critic calls healthy
 */
public record CriticVerdict(
    int diseasedSlices, int diseasedCalledHealthy, int healthySlices, int healthyCalledHealthy) {

  /**
   * Counts.
   *
   * @param logits one a slice; above the threshold the critic calls it diseased
   * @param diseased what the slices of the scan are
   * @throws IllegalArgumentException where the lengths differ
   */
  public static CriticVerdict of(float[] logits, double threshold, boolean[] diseased) {
    Voxels.sameLength("diseased", diseased.length, "logits", logits.length);
    int[] slices = new int[2];
    int[] calledHealthy = new int[2];
    for (int s = 0; s < logits.length; s++) {
      int label = diseased[s] ? 1 : 0;
      slices[label]++;
      calledHealthy[label] += logits[s] > threshold ? 0 : 1;
    }
    return new CriticVerdict(slices[1], calledHealthy[1], slices[0], calledHealthy[0]);
  }

  /** Of the diseased slices; NaN where there are none. */
  public double diseasedShare() {
    return (double) diseasedCalledHealthy / diseasedSlices;
  }

  /** Of the healthy slices; NaN where there are none. */
  public double healthyShare() {
    return (double) healthyCalledHealthy / healthySlices;
  }
}
