package dev.hale.app.detect;

import dev.hale.evaluation.OracleDice;
import dev.hale.evaluation.Overlap;
import dev.hale.evaluation.Ranking;
import dev.hale.evaluation.Thresholds;

/**
 * How well a map finds the lesions of one subject, voxels of the brain counted.
 *
 * @param dice of the mask at a threshold that was set without looking at the truth
 * @param oracleDice the best that any threshold could do; needs the truth
 * @param auroc area under the ROC curve of the voxels
 * @param auprc average precision of the voxels
 */
public record Scores(double dice, double oracleDice, double auroc, double auprc) {
  /** Scores of a subject. */
  public static Scores of(float[] map, double threshold, byte[] truth, byte[] brain) {
    byte[] mask = Thresholds.above(map, threshold, brain);
    return new Scores(
        Overlap.of(mask, truth, brain).dice(),
        OracleDice.of(map, truth, brain).dice(),
        Ranking.auroc(map, truth, brain),
        Ranking.auprc(map, truth, brain));
  }
}
