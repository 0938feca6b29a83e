package dev.hale.experiment.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What table and page say alike. */
final class Wording {
  static final String TESTS =
      "Differences: mean over cases with 95 % bootstrap interval; p: Wilcoxon's signed-rank test,"
          + " two-sided; Holm's correction over all comparisons of the metric.";

  private Wording() {}

  /** Metrics that this experiment has values of, label-free ones first. */
  static List<Metric> shown(ExperimentResult result) {
    List<Metric> shown = new ArrayList<>(Arrays.asList(Metric.values()));
    if (!result.hasHealthySubjects()) {
      shown.remove(Metric.HEALTHY_SUBJECT_ML);
    }
    return shown;
  }

  /** How the intervals are to be read. */
  static String intervals(ExperimentResult result) {
    boolean patients =
        result.methods().stream()
            .allMatch(method -> method.sliceDice().unit() == Estimate.Unit.PATIENTS);
    String what =
        patients
            ? "Means over patients with 95 %% bootstrap intervals over patients."
            : "Means over patients, too few of them (under %d) for intervals; those of slice Dice"
                + " and slice AUROC are 95 %% bootstrap intervals over slices, which say nothing"
                + " about other patients.";
    return (patients ? what.replace("%%", "%") : what.formatted(MethodSummary.FEWEST_PATIENTS))
        + " All thresholds are label-free but the oracle's, which needs the truth and is an upper"
        + " bound, not a result. Slice Dice: diseased slices; slice AUROC: telling diseased slices"
        + " from healthy ones by the 99th percentile of the map.";
  }

  /** A p-value. */
  static String p(double p) {
    if (Double.isNaN(p)) {
      return "–";
    }
    return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, p < 0.1 ? "%.3f" : "%.2f", p);
  }

  /** A time. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }
}
