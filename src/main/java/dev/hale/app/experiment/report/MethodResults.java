package dev.hale.app.experiment.report;

import dev.hale.evaluation.SliceMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One method's results, training by training: each of the same subjects in the same order. What is
 * said of a case is the mean over trainings.
 *
 * @param bySeed results by the seed of their training, at least one
 */
record MethodResults(Map<Long, List<SubjectResult>> bySeed) {

  /** Results by method, in their order. */
  static Map<String, MethodResults> of(List<SubjectResult> results) {
    Map<String, MethodResults> methods = new LinkedHashMap<>();
    for (SubjectResult result : results) {
      methods
          .computeIfAbsent(result.method(), any -> new MethodResults(new LinkedHashMap<>()))
          .bySeed
          .computeIfAbsent(result.seed(), any -> new ArrayList<>())
          .add(result);
    }
    return methods;
  }

  /** Each training's results. */
  Collection<List<SubjectResult>> trainings() {
    return bySeed.values();
  }

  /** The first training's: what is known of the subjects whatever the training. */
  List<SubjectResult> first() {
    return trainings().iterator().next();
  }

  List<SubjectResult> all() {
    return trainings().stream().flatMap(List::stream).toList();
  }

  /** Those of diseased subjects alone. */
  MethodResults diseased() {
    Map<Long, List<SubjectResult>> diseased = new LinkedHashMap<>();
    bySeed.forEach(
        (seed, results) ->
            diseased.put(
                seed, results.stream().filter(result -> result.metrics().diseased()).toList()));
    return new MethodResults(diseased);
  }

  /** A metric by patient, in the order in which the results name them; NaN where undefined. */
  double[] perPatient(Metric metric) {
    return means(
        trainings().stream().map(results -> MethodSummary.perPatient(results, metric)).toList());
  }

  /** Dice of every slice with a known lesion, subject by subject. */
  double[] diseasedSlices() {
    return means(trainings().stream().map(MethodSummary::diseasedSlices).toList());
  }

  /** A metric of a subject; NaN where undefined. */
  double of(String subject, Metric metric) {
    return all().stream()
        .filter(result -> result.subject().equals(subject))
        .mapToDouble(result -> metric.of(result.metrics()))
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  /** The slices of each patient, training by training. */
  List<List<List<SliceMetrics>>> slices() {
    return trainings().stream()
        .map(
            results ->
                MethodSummary.byPatient(results).values().stream()
                    .map(MethodSummary::slices)
                    .toList())
        .toList();
  }

  /** The mean of each place over rows of one length; NaN where no row has a number. */
  static double[] means(List<double[]> rows) {
    double[] means = new double[rows.get(0).length];
    Arrays.setAll(
        means,
        place ->
            rows.stream()
                .mapToDouble(row -> row[place])
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN));
    return means;
  }
}
