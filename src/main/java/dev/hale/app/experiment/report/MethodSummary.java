package dev.hale.app.experiment.report;

import dev.hale.evaluation.Bootstrap;
import dev.hale.evaluation.Curve;
import dev.hale.evaluation.ScoreHistogram;
import dev.hale.evaluation.SliceMetrics;
import dev.hale.evaluation.SubjectMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One method over all test subjects.
 *
 * @param method its name
 * @param metrics means over patients, several scans and trainings averaged before; with an interval
 *     where there are at least {@value #FEWEST_PATIENTS} patients
 * @param sliceDice mean Dice of diseased slices at the label-free threshold; the interval is over
 *     slices where there are too few patients
 * @param sliceAuroc image-level AUROC of all slices together; the interval likewise
 * @param roc of the voxels of all subjects together, of the first training
 * @param precisionRecall of the same voxels
 * @param secondsPerSlice mean time of detection by this method alone
 */
public record MethodSummary(
    String method,
    Map<Metric, Estimate> metrics,
    Estimate sliceDice,
    Estimate sliceAuroc,
    Curve roc,
    Curve precisionRecall,
    double secondsPerSlice) {
  /** With fewer, nothing is said about patients in general. */
  public static final int FEWEST_PATIENTS = 5;

  private static final int CURVE_POINTS = 200;

  /**
   * Sums up.
   *
   * @param results of one method, histograms included
   * @param seed of the resampling
   */
  static MethodSummary of(String method, MethodResults results, long seed) {
    Map<Metric, Estimate> metrics = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      Estimate estimate =
          Estimate.of(
              Bootstrap.mean(results.perPatient(metric), seed),
              Estimate.Unit.PATIENTS,
              bySeed(results, training -> mean(perPatient(training, metric))));
      metrics.put(metric, estimate.cases() < FEWEST_PATIENTS ? estimate.bare() : estimate);
    }
    ScoreHistogram pooled = ScoreHistogram.EMPTY;
    for (SubjectResult result : results.first()) {
      pooled = pooled.plus(result.metrics().histogram());
    }
    List<SubjectResult> all = results.all();
    return new MethodSummary(
        method,
        metrics,
        sliceDice(results, seed),
        sliceAuroc(results, seed),
        pooled.roc(CURVE_POINTS),
        pooled.precisionRecall(CURVE_POINTS),
        all.stream().mapToDouble(SubjectResult::seconds).sum() / slices(all).size());
  }

  private static double[] bySeed(
      MethodResults results, ToDoubleFunction<List<SubjectResult>> statistic) {
    return results.trainings().stream().mapToDouble(statistic).toArray();
  }

  static double mean(double[] values) {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }

  /** A metric by patient, in the order in which the results name them; NaN where undefined. */
  static double[] perPatient(List<SubjectResult> results, Metric metric) {
    return perPatient(results, scan -> metric.of(scan.metrics()));
  }

  /** The same of anything that is known of a scan. */
  static double[] perPatient(List<SubjectResult> results, ToDoubleFunction<SubjectResult> value) {
    return byPatient(results).values().stream()
        .mapToDouble(
            scans ->
                scans.stream()
                    .mapToDouble(value)
                    .filter(number -> !Double.isNaN(number))
                    .average()
                    .orElse(Double.NaN))
        .toArray();
  }

  static Map<String, List<SubjectResult>> byPatient(List<SubjectResult> results) {
    Map<String, List<SubjectResult>> patients = new LinkedHashMap<>();
    for (SubjectResult result : results) {
      patients.computeIfAbsent(result.patient(), any -> new ArrayList<>()).add(result);
    }
    return patients;
  }

  /** Dice of every slice with a known lesion, subject by subject. */
  static double[] diseasedSlices(List<SubjectResult> results) {
    return slices(results).stream()
        .filter(SliceMetrics::diseased)
        .mapToDouble(SliceMetrics::dice)
        .filter(dice -> !Double.isNaN(dice))
        .toArray();
  }

  /** Slices, subject by subject. */
  static List<SliceMetrics> slices(List<SubjectResult> results) {
    return results.stream().flatMap(result -> result.metrics().slices().stream()).toList();
  }

  /** Patients that show any lesion. */
  static int diseasedPatients(List<SubjectResult> results) {
    return (int)
        byPatient(results).values().stream()
            .filter(scans -> scans.stream().anyMatch(scan -> scan.metrics().diseased()))
            .count();
  }

  private static Estimate sliceDice(MethodResults results, long seed) {
    double[] bySeed = bySeed(results, training -> mean(diseasedSlices(training)));
    if (diseasedPatients(results.first()) < FEWEST_PATIENTS) {
      return Estimate.of(
          Bootstrap.mean(results.diseasedSlices(), seed), Estimate.Unit.SLICES, bySeed);
    }
    List<double[]> patients =
        byPatient(results.all()).values().stream()
            .map(MethodSummary::diseasedSlices)
            .filter(slices -> slices.length > 0)
            .toList();
    return Estimate.of(
        Bootstrap.of(
            patients.size(),
            drawn ->
                Arrays.stream(drawn)
                    .mapToObj(patients::get)
                    .flatMapToDouble(Arrays::stream)
                    .average()
                    .orElse(Double.NaN),
            seed),
        Estimate.Unit.PATIENTS,
        bySeed);
  }

  /** The mean over trainings: scores of different trainings do not rank together. */
  private static Estimate sliceAuroc(MethodResults results, long seed) {
    boolean few = byPatient(results.first()).size() < FEWEST_PATIENTS;
    List<List<List<SliceMetrics>>> cases =
        few
            ? results.trainings().stream()
                .map(training -> slices(training).stream().map(List::of).toList())
                .toList()
            : results.slices();
    return Estimate.of(
        Bootstrap.of(
            cases.get(0).size(),
            drawn ->
                cases.stream()
                    .mapToDouble(training -> auroc(training, drawn))
                    .average()
                    .orElse(Double.NaN),
            seed),
        few ? Estimate.Unit.SLICES : Estimate.Unit.PATIENTS,
        bySeed(results, training -> SubjectMetrics.sliceAuroc(slices(training))));
  }

  private static double auroc(List<List<SliceMetrics>> cases, int[] drawn) {
    return SubjectMetrics.sliceAuroc(
        Arrays.stream(drawn).mapToObj(cases::get).flatMap(List::stream).toList());
  }
}
