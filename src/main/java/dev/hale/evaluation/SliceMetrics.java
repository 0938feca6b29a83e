package dev.hale.evaluation;

/**
 * How well a map finds the lesions of one slice, voxels of the brain counted. What needs a lesion
 * is NaN on a healthy slice, and on a diseased one whose lesions are unknown.
 *
 * @param slice counted from 0
 * @param lesionMl volume of lesion in the slice in millilitres; 0 on a healthy one, NaN where it is
 *     diseased and that is all that is known
 * @param score of the slice as an image, higher for diseased: the 99th percentile of the map
 * @param dice of the mask at the volume's label-free threshold
 * @param oracleDice the best that any threshold could do in this slice; needs the truth
 * @param auroc area under the ROC curve of the slice's voxels
 * @param auprc average precision of the slice's voxels
 * @param falsePositiveMl volume marked outside lesions in millilitres
 */
public record SliceMetrics(
    int slice,
    double lesionMl,
    double score,
    double dice,
    double oracleDice,
    double auroc,
    double auprc,
    double falsePositiveMl) {
  /** Percentile of the map over a slice's brain that scores the slice. */
  public static final double SCORE_PERCENTILE = 99;

  /** Whether the slice shows lesion: its true image label. */
  public boolean diseased() {
    return lesionMl != 0; // unknown, NaN, is something
  }

  /** The slice's score, and that it is diseased. */
  SliceMetrics withUnknownLesions() {
    return new SliceMetrics(
        slice, Double.NaN, score, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  static SliceMetrics of(
      int slice, float[] map, byte[] mask, byte[] truth, byte[] brain, double voxelMm3) {
    Overlap overlap = Overlap.of(mask, truth, brain);
    long lesion = overlap.truePositives() + overlap.falseNegatives();
    boolean diseased = lesion > 0;
    return new SliceMetrics(
        slice,
        lesion * voxelMm3 / 1000,
        Thresholds.percentile(map, brain, SCORE_PERCENTILE),
        diseased ? overlap.dice() : Double.NaN,
        diseased ? OracleDice.of(map, truth, brain).dice() : Double.NaN,
        Ranking.auroc(map, truth, brain),
        Ranking.auprc(map, truth, brain),
        overlap.falsePositiveMillilitres(voxelMm3));
  }
}
