package dev.hale.evaluation;

/**
 * How a predicted mask and the true one overlap, counted in voxels. The counts add up, so that a
 * volume's Dice is that of its slices' {@link #plus sum} and never their mean.
 *
 * @param truePositives voxels marked by both
 * @param falsePositives voxels marked by the prediction alone
 * @param falseNegatives voxels marked by the truth alone
 * @param trueNegatives voxels of the region that neither marks
 */
public record Overlap(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  /**
   * Counts the voxels of a region.
   *
   * @param prediction mask, {@code [n]}
   * @param truth mask, {@code [n]}
   * @param region {@code [n]}, or null for all voxels; what lies outside is not counted at all
   * @throws IllegalArgumentException where the lengths differ
   */
  public static Overlap of(byte[] prediction, byte[] truth, byte[] region) {
    Voxels.sameLength("prediction", prediction.length, "truth", truth.length);
    int total = Voxels.count(truth.length, region);
    long both = 0;
    long predicted = 0;
    long real = 0;
    for (int v = 0; v < truth.length; v++) {
      if (Voxels.contains(region, v)) {
        boolean p = prediction[v] != 0;
        boolean t = truth[v] != 0;
        both += p && t ? 1 : 0;
        predicted += p ? 1 : 0;
        real += t ? 1 : 0;
      }
    }
    return new Overlap(both, predicted - both, real - both, total - predicted - real + both);
  }

  /** The overlap with the empty truth of a healthy image: all that is marked is false. */
  public static Overlap onHealthy(byte[] prediction, byte[] region) {
    return of(prediction, new byte[prediction.length], region);
  }

  /** The counts of both, as of one larger image. */
  public Overlap plus(Overlap other) {
    return new Overlap(
        truePositives + other.truePositives,
        falsePositives + other.falsePositives,
        falseNegatives + other.falseNegatives,
        trueNegatives + other.trueNegatives);
  }

  /**
   * Dice coefficient (Dice 1945), 2 TP / (2 TP + FP + FN), in [0, 1]. Two empty masks agree and
   * have 1; one empty mask has 0.
   */
  public double dice() {
    long marked = 2 * truePositives + falsePositives + falseNegatives;
    return marked == 0 ? 1 : 2.0 * truePositives / marked;
  }

  /** TP / (TP + FP) in [0, 1]; NaN where nothing is predicted. */
  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  /** TP / (TP + FN) in [0, 1], also called sensitivity; NaN where there is no lesion. */
  public double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  /** FP / (FP + TN) in [0, 1]; NaN where the region holds nothing healthy. */
  public double falsePositiveRate() {
    return (double) falsePositives / (falsePositives + trueNegatives);
  }

  /**
   * Volume of healthy tissue that the prediction marks, in millilitres.
   *
   * @param voxelCubicMillimetres volume of one voxel in mm³, greater than 0
   */
  public double falsePositiveMillilitres(double voxelCubicMillimetres) {
    if (!(voxelCubicMillimetres > 0)) {
      throw new IllegalArgumentException(
          "voxel volume is %s mm³, must be greater than 0".formatted(voxelCubicMillimetres));
    }
    return falsePositives * voxelCubicMillimetres / 1000;
  }
}
