package dev.hale.app.experiment.report;

import dev.hale.evaluation.LesionOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Lesions of all patients by their volume: below 0.05 ml, to 0.2, to 1, to 10, and above. */
final class LesionSizes {
  private static final double[] EDGES = {0, 0.05, 0.2, 1, 10, Double.POSITIVE_INFINITY};

  private final ExperimentResult result;
  private final List<Integer> bins = new ArrayList<>(); // those that hold a lesion

  LesionSizes(ExperimentResult result) {
    this.result = result;
    for (int bin = 0; bin + 1 < EDGES.length; bin++) {
      if (!lesions(result.cases(), bin).isEmpty()) {
        bins.add(bin);
      }
    }
  }

  /** The sizes that occur, each with the number of its lesions on a second line. */
  List<String> names() {
    List<SubjectResult> cases = result.cases();
    return bins.stream()
        .map(
            bin -> {
              int count = lesions(cases, bin).size();
              return "%s\n%s".formatted(name(bin), count == 1 ? "1 lesion" : count + " lesions");
            })
        .toList();
  }

  private static String name(int bin) {
    if (bin == 0) {
      return "< %s ml".formatted(number(EDGES[1]));
    }
    return bin == EDGES.length - 2
        ? "≥ %s ml".formatted(number(EDGES[bin]))
        : "%s–%s ml".formatted(number(EDGES[bin]), number(EDGES[bin + 1]));
  }

  private static String number(double edge) {
    return edge == Math.rint(edge)
        ? String.format(Locale.ROOT, "%.0f", edge)
        : String.valueOf(edge);
  }

  /** Mean Dice of lesions by method and size. */
  Map<String, double[]> dice() {
    return means(LesionOutcome::dice);
  }

  /** Share of lesions found by method and size. */
  Map<String, double[]> found() {
    return means(lesion -> lesion.found() ? 1 : 0);
  }

  private Map<String, double[]> means(ToDoubleFunction<LesionOutcome> value) {
    Map<String, double[]> means = new LinkedHashMap<>();
    result
        .byMethod()
        .forEach(
            (method, results) ->
                means.put(
                    method,
                    bins.stream()
                        .mapToDouble(
                            bin ->
                                lesions(results.all(), bin).stream()
                                    .mapToDouble(value)
                                    .average()
                                    .orElse(Double.NaN))
                        .toArray()));
    return means;
  }

  private static List<LesionOutcome> lesions(List<SubjectResult> results, int bin) {
    return results.stream()
        .flatMap(result -> result.metrics().lesions().stream())
        .filter(lesion -> lesion.millilitres() >= EDGES[bin])
        .filter(lesion -> lesion.millilitres() < EDGES[bin + 1])
        .toList();
  }
}
