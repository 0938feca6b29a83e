package dev.hale.app.experiment.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What table and page say alike. */
final class Wording {
  static final String TESTS =
      "Differences: mean over cases with 95 % bootstrap interval; p: Wilcoxon's signed-rank test,"
          + " two-sided; Holm's correction over all comparisons of the metric.";

  static final String FOLDS =
      "Mean Dice over the patients that were left out together, at the label-free threshold, and the"
          + " mean of these means.";

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
        + " from healthy ones by the 99th percentile of the map."
        + luck(result);
  }

  /** How the spread over trainings is to be read; empty where there is one training. */
  private static String luck(ExperimentResult result) {
    if (result.seeds().isEmpty()) {
      return "";
    }
    Set<String> given = result.manifest().networks().keySet();
    return " Each network was trained %d times, with another seed each; a patient's value is the"
            .formatted(result.seeds().size())
        + " mean over trainings. ±: standard deviation over trainings of the mean over patients."
        + " A method without it trains nothing here and ran once."
        + (given.isEmpty()
            ? ""
            : " %s: taken as found, the same each time, so the luck of that training is not in ±."
                .formatted(String.join(", ", given)));
  }

  /** With what was drawn at random. */
  static String seeds(ExperimentResult result) {
    return result.seeds().isEmpty()
        ? "Seed %d".formatted(result.seed())
        : "Seeds of trainings and detections %s, of intervals %d"
            .formatted(list(result.seeds()), result.seed());
  }

  /** What is said of a thing that shows one training of several. */
  static String ofFirst(ExperimentResult result) {
    return result.seeds().isEmpty()
        ? ""
        : "; of the training with seed %d".formatted(result.seeds().get(0));
  }

  private static String list(List<Long> seeds) {
    return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** What the numbers about healthy images are. */
  static String healthyImages(ExperimentResult result) {
    return "Healthy images. "
        + HealthyImageSummary.shown(result.healthyImages()).stream()
            .map(metric -> metric.title() + ": " + metric.explanation())
            .collect(Collectors.joining("; "))
        + ". Intensities from -1 to 1 as models see them, on the scan's own grid. Means and"
        + " intervals over patients as above.";
  }

  /** What the numbers about strata are. */
  static String strata(StratifiedImages images) {
    String counts =
        images.strata().stream()
            .map(
                one ->
                    "%s %d diseased, %d healthy"
                        .formatted(one.name(), one.diseased(), one.healthy()))
            .collect(Collectors.joining("; "));
    boolean patients =
        images.rows().stream().allMatch(row -> row.within().unit() == Estimate.Unit.PATIENTS);
    return ("Image AUROC: share of pairs of a diseased and a healthy image in which the diseased one"
            + " has the higher score; within %1$s both are of one %1$s, so that telling it apart"
            + " wins nothing (%2$s). The score is the 99th percentile of the map, or a critic's"
            + " logit%3$s. Intervals: 95 %% bootstrap over %4$s.")
        .formatted(
            images.column(),
            counts,
            images.hasFolds()
                ? "; those of different folds come from different networks, which need not share a"
                    + " scale"
                : "",
            patients ? "patients" : "images, which say nothing about other patients");
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
