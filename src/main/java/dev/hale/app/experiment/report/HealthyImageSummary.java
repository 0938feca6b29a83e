package dev.hale.app.experiment.report;

import dev.hale.app.experiment.report.HealthyImageResult.Measured;
import dev.hale.evaluation.Bootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How healthy the images of one kind are over all test subjects.
 *
 * @param image {@value #SCAN}, a method, or {@value #TWIN}
 * @param metrics means over patients, several scans of a patient averaged before; with an interval
 *     where there are at least {@value MethodSummary#FEWEST_PATIENTS} patients with a value
 */
public record HealthyImageSummary(String image, Map<HealthyMetric, Estimate> metrics) {
  /** The subjects' scans as they are: what a method begins with. */
  public static final String SCAN = "the scan itself";

  /** The same heads without lesion: what a method can reach at best. */
  public static final String TWIN = "the healthy twin";

  /**
   * The scans, every method with healthy images that were measured, and the twins.
   *
   * @param results by method, of the same subjects in the same order
   * @param seed of the intervals
   */
  static List<HealthyImageSummary> all(Map<String, MethodResults> results, long seed) {
    List<HealthyImageSummary> all = new ArrayList<>();
    results.forEach(
        (method, found) -> {
          if (measured(found) > 0) {
            all.add(of(method, found, HealthyImageResult::image, seed));
          }
        });
    if (all.isEmpty()) {
      return all;
    }
    // Whatever the method, these are the same; one of the methods has all that were measured.
    MethodResults fullest =
        results.values().stream()
            .max((a, b) -> Long.compare(measured(a), measured(b)))
            .orElseThrow();
    all.add(0, of(SCAN, fullest, HealthyImageResult::scan, seed));
    HealthyImageSummary twin = of(TWIN, fullest, HealthyImageResult::twin, seed);
    if (twin.metrics.values().stream().anyMatch(estimate -> estimate.cases() > 0)) {
      all.add(twin);
    }
    return all;
  }

  private static long measured(MethodResults results) {
    return results.all().stream().filter(one -> one.healthyImage() != null).count();
  }

  private static HealthyImageSummary of(
      String image,
      MethodResults results,
      Function<HealthyImageResult, Measured> which,
      long seed) {
    Map<HealthyMetric, Estimate> metrics = new EnumMap<>(HealthyMetric.class);
    for (HealthyMetric metric : HealthyMetric.values()) {
      List<double[]> trainings =
          results.trainings().stream()
              .map(
                  training ->
                      MethodSummary.perPatient(training, result -> value(result, metric, which)))
              .toList();
      Estimate estimate =
          Estimate.of(
              Bootstrap.mean(MethodResults.means(trainings), seed),
              Estimate.Unit.PATIENTS,
              trainings.stream().mapToDouble(MethodSummary::mean).toArray());
      metrics.put(
          metric, estimate.cases() < MethodSummary.FEWEST_PATIENTS ? estimate.bare() : estimate);
    }
    return new HealthyImageSummary(image, metrics);
  }

  private static double value(
      SubjectResult result, HealthyMetric metric, Function<HealthyImageResult, Measured> which) {
    Measured measured = result.healthyImage() == null ? null : which.apply(result.healthyImage());
    return measured == null ? Double.NaN : metric.of(result, measured);
  }

  /** Metrics that any of the rows has a value of. */
  static List<HealthyMetric> shown(List<HealthyImageSummary> rows) {
    return Arrays.stream(HealthyMetric.values())
        .filter(metric -> rows.stream().anyMatch(row -> row.metrics.get(metric).cases() > 0))
        .toList();
  }
}
