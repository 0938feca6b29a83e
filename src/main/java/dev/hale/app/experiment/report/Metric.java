package dev.hale.app.experiment.report;

import dev.hale.evaluation.SubjectMetrics;
import java.util.function.ToDoubleFunction;

/** What is measured of a method, one number a patient. */
@SuppressWarnings("ImmutableEnumChecker") // the functions keep no state
public enum Metric {
  /** Dice of the mask at the method's own label-free threshold. */
  DICE("Dice", "at the method's label-free threshold", 3, true, SubjectMetrics::dice),
  /** Dice at Otsu's threshold of the map. */
  OTSU_DICE("Dice, Otsu", "at Otsu's threshold of the map", 3, true, SubjectMetrics::otsuDice),
  /** Area under the ROC curve of the voxels. */
  AUROC("AUROC", "of the brain's voxels", 3, true, SubjectMetrics::auroc),
  /** Average precision of the voxels. */
  AUPRC("AUPRC", "average precision of the brain's voxels", 3, true, SubjectMetrics::auprc),
  /** F1 of lesions. */
  LESION_F1("lesion F1", "26-connected lesions, IoU > 0.1", 3, true, SubjectMetrics::lesionF1),
  /** Share of lesions found. */
  LESION_RECALL(
      "lesion recall",
      "share of lesions matched",
      3,
      true,
      metrics -> metrics.diseased() ? metrics.lesionCounts().recall() : Double.NaN),
  /** Volume marked on a healthy slice. */
  HEALTHY_SLICE_ML(
      "ml on a healthy slice",
      "mean volume marked on a slice without lesion",
      3,
      true,
      metrics ->
          metrics.healthySlices() == 0
              ? Double.NaN
              : metrics.healthySlicesMl() / metrics.healthySlices()),
  /** Volume marked in a subject without lesion. */
  HEALTHY_SUBJECT_ML(
      "ml in a healthy subject",
      "mean volume marked in a subject without lesion",
      2,
      true,
      metrics -> metrics.diseased() ? Double.NaN : metrics.falsePositiveMl()),
  /** Dice at the best threshold for each patient. */
  ORACLE_DICE(
      "oracle Dice",
      "at the best threshold for each patient, which needs the truth",
      3,
      false,
      SubjectMetrics::oracleDice);

  private final String title;
  private final String explanation;
  private final int decimals;
  private final boolean labelFree;
  private final ToDoubleFunction<SubjectMetrics> ofSubject;

  Metric(
      String title,
      String explanation,
      int decimals,
      boolean labelFree,
      ToDoubleFunction<SubjectMetrics> ofSubject) {
    this.title = title;
    this.explanation = explanation;
    this.decimals = decimals;
    this.labelFree = labelFree;
    this.ofSubject = ofSubject;
  }

  /** Over a column. */
  public String title() {
    return title;
  }

  /** Below a table. */
  public String explanation() {
    return explanation;
  }

  /** Decimals worth showing. */
  public int decimals() {
    return decimals;
  }

  /** Whether it can be had without the truth that it is measured with. */
  public boolean labelFree() {
    return labelFree;
  }

  /** The subject's value; NaN where it has none. */
  public double of(SubjectMetrics metrics) {
    return ofSubject.applyAsDouble(metrics);
  }
}
