package dev.hale.app.experiment.report;

import dev.hale.evaluation.Bootstrap;
import dev.hale.evaluation.Holm;
import dev.hale.evaluation.WilcoxonSignedRank;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two methods on the same cases.
 *
 * @param metric what is compared
 * @param method the one
 * @param other the other
 * @param difference mean of the one's values minus the other's, each case's mean over trainings,
 *     and its 95 % bootstrap interval
 * @param pValue of Wilcoxon's signed-rank test, two-sided; NaN where the cases are fewer than two
 * @param adjusted by Holm's correction over all comparisons of the metric
 * @param exact whether the p-value comes from the exact distribution
 */
public record Comparison(
    Metric metric,
    String method,
    String other,
    Estimate difference,
    double pValue,
    double adjusted,
    boolean exact) {

  /** What is compared: a label-free threshold's Dice, and a measure that knows no threshold. */
  static final List<Metric> METRICS = List.of(Metric.DICE, Metric.AUPRC);

  /**
   * Compares every method with each of the others named, once a pair. Cases are the diseased
   * patients; where they are fewer than {@value MethodSummary#FEWEST_PATIENTS}, for Dice the
   * diseased slices, and AUPRC is not compared.
   *
   * @param results by method, of the same subjects in the same order
   * @param others the reference and the parents; those without results are left out
   * @param seed of the intervals
   */
  static List<Comparison> all(Map<String, MethodResults> results, List<String> others, long seed) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Metric metric : METRICS) {
      List<Comparison> family = new ArrayList<>();
      Set<Set<String>> done = new LinkedHashSet<>();
      for (String other : others) {
        for (String method : results.keySet()) {
          if (results.containsKey(other)
              && !method.equals(other)
              && done.add(Set.of(method, other))) {
            pair(metric, method, other, results, seed, family);
          }
        }
      }
      double[] adjusted = Holm.adjust(family.stream().mapToDouble(Comparison::pValue).toArray());
      for (int pair = 0; pair < adjusted.length; pair++) {
        Comparison raw = family.get(pair);
        comparisons.add(
            new Comparison(
                metric,
                raw.method,
                raw.other,
                raw.difference,
                raw.pValue,
                adjusted[pair],
                raw.exact));
      }
    }
    return comparisons;
  }

  private static void pair(
      Metric metric,
      String method,
      String other,
      Map<String, MethodResults> results,
      long seed,
      List<Comparison> family) {
    MethodResults one = results.get(method);
    MethodResults two = results.get(other);
    boolean patients = MethodSummary.diseasedPatients(one.first()) >= MethodSummary.FEWEST_PATIENTS;
    if (!patients && metric != Metric.DICE) {
      return;
    }
    double[] first = values(one, metric, patients);
    double[] second = values(two, metric, patients);
    if (Arrays.stream(first).anyMatch(Double::isNaN)) {
      return; // lesions of which only the label is known
    }
    double[] differences = new double[first.length];
    for (int c = 0; c < differences.length; c++) {
      differences[c] = first[c] - second[c];
    }
    if (differences.length < 2) {
      return;
    }
    WilcoxonSignedRank test = WilcoxonSignedRank.test(first, second);
    family.add(
        new Comparison(
            metric,
            method,
            other,
            Estimate.of(
                Bootstrap.mean(differences, seed),
                patients ? Estimate.Unit.PATIENTS : Estimate.Unit.SLICES,
                bySeed(one, two, metric, patients)),
            test.pValue(),
            test.pValue(),
            test.exact()));
  }

  private static double[] values(MethodResults results, Metric metric, boolean patients) {
    return patients ? results.diseased().perPatient(metric) : results.diseasedSlices();
  }

  /** The mean difference of each training; a method that ran once is the same in all. */
  private static double[] bySeed(
      MethodResults one, MethodResults two, Metric metric, boolean patients) {
    double[] first = means(one, metric, patients);
    double[] second = means(two, metric, patients);
    double[] differences = new double[Math.max(first.length, second.length)];
    Arrays.setAll(
        differences,
        training ->
            first[first.length == 1 ? 0 : training] - second[second.length == 1 ? 0 : training]);
    return differences;
  }

  private static double[] means(MethodResults results, Metric metric, boolean patients) {
    return results.bySeed().entrySet().stream()
        .map(training -> new MethodResults(Map.of(training.getKey(), training.getValue())))
        .mapToDouble(
            training ->
                Arrays.stream(values(training, metric, patients)).average().orElse(Double.NaN))
        .toArray();
  }
}
