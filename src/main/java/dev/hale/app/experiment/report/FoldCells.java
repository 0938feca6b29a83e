package dev.hale.app.experiment.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What table and page show of the folds of an experiment, such as hospitals, cell by cell. */
final class FoldCells {
  private static final int DECIMALS = 3;

  private FoldCells() {}

  static List<String> header(ExperimentResult result) {
    List<String> header = new ArrayList<>(List.of("left out", "patients with lesions"));
    header.addAll(result.byMethod().keySet());
    return header;
  }

  /**
   * The mean Dice of the patients of each fold, and of these means the mean; nothing where there is
   * one fold alone, or one patient with lesions in each at most.
   */
  static List<List<String>> rows(ExperimentResult result) {
    Collection<MethodResults> methods = result.byMethod().values();
    List<double[]> byFold = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    int most = 0;
    for (String fold : result.cases().stream().map(FoldCells::group).distinct().toList()) {
      int patients = dice(methods.iterator().next(), fold).length;
      if (patients == 0) {
        continue;
      }
      most = Math.max(most, patients);
      double[] means =
          methods.stream()
              .mapToDouble(method -> Arrays.stream(dice(method, fold)).average().orElseThrow())
              .toArray();
      byFold.add(means);
      rows.add(row(fold, String.valueOf(patients), means));
    }
    if (rows.size() < 2 || most < 2) {
      return List.of();
    }
    rows.add(row("mean of these", "", MethodResults.means(byFold)));
    return rows;
  }

  private static List<String> row(String fold, String patients, double[] means) {
    List<String> row = new ArrayList<>(List.of(fold, patients));
    Arrays.stream(means).forEach(mean -> row.add(Estimate.number(mean, DECIMALS)));
    return row;
  }

  /** Who was left out together, whatever the seed of the training. */
  private static String group(SubjectResult result) {
    String ofSeed = "/seed-" + result.seed();
    String fold = result.fold();
    return fold.endsWith(ofSeed) ? fold.substring(0, fold.length() - ofSeed.length()) : fold;
  }

  /** Of each patient of a fold who has a Dice. */
  private static double[] dice(MethodResults method, String fold) {
    Predicate<SubjectResult> within = result -> group(result).equals(fold);
    Map<Long, List<SubjectResult>> results = new LinkedHashMap<>();
    method.bySeed().forEach((seed, all) -> results.put(seed, all.stream().filter(within).toList()));
    if (results.values().stream().allMatch(Collection::isEmpty)) {
      return new double[0];
    }
    return Arrays.stream(new MethodResults(results).perPatient(Metric.DICE))
        .filter(dice -> !Double.isNaN(dice))
        .toArray();
  }
}
