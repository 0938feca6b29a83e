package dev.hale.app.demo;

import dev.hale.app.detect.Scores;
import dev.hale.evaluation.Bootstrap;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Means over test subjects, each scored on its own volume. Field names are the keys of {@code
 * --json}.
 *
 * @param dice at the label-free threshold
 * @param diceLower end of its 95 % bootstrap interval over subjects
 * @param diceUpper end of its 95 % bootstrap interval over subjects
 * @param oracleDice at each subject's best threshold; needs the truth
 * @param auroc of the brain's voxels
 * @param auprc of the brain's voxels
 * @param subjects how many
 * @param intensityBaseline the same for plain FLAIR thresholding (Meissen et al. 2021)
 */
public record PathologyResult(
    double dice,
    double diceLower,
    double diceUpper,
    double oracleDice,
    double auroc,
    double auprc,
    int subjects,
    Scores intensityBaseline) {

  /** Summarises subjects. */
  static PathologyResult of(List<Scores> method, List<Scores> baseline, long seed) {
    double[] dice = method.stream().mapToDouble(Scores::dice).toArray();
    Bootstrap.Interval interval = Bootstrap.mean(dice, seed);
    return new PathologyResult(
        interval.mean(),
        interval.lower(),
        interval.upper(),
        mean(method, Scores::oracleDice),
        mean(method, Scores::auroc),
        mean(method, Scores::auprc),
        method.size(),
        new Scores(
            mean(baseline, Scores::dice),
            mean(baseline, Scores::oracleDice),
            mean(baseline, Scores::auroc),
            mean(baseline, Scores::auprc)));
  }

  private static double mean(List<Scores> scores, ToDoubleFunction<Scores> field) {
    return scores.stream().mapToDouble(field).average().orElse(Double.NaN);
  }
}
