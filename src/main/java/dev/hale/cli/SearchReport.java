package dev.hale.cli;

import dev.hale.app.train.Calibration;
import dev.hale.app.train.CalibrationSearch;
import dev.hale.app.train.CalibrationSearch.Trial;
import dev.hale.app.train.CalibrationSearch.Truth;
import dev.hale.evaluation.LabelCriterion;
import dev.hale.evaluation.RankCorrelation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What a search has tried and chosen. */
final class SearchReport {
  private static final String BOTH = "deletion and index";
  private static final int FEWEST = 3; // trials that have a rank correlation

  private final List<Trial> trials;
  private final Optional<LabelCriterion> criterion;
  private final Calibration.Rows rows;

  SearchReport(List<Trial> trials, Optional<LabelCriterion> criterion, Calibration.Rows rows) {
    this.trials = trials;
    this.criterion = criterion;
    this.rows = rows;
  }

  /** What was chosen. */
  Trial best() {
    return CalibrationSearch.best(trials, criterion);
  }

  /** What {@code --json} prints. */
  Map<String, Object> document(Path file) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("method", best().config().method().name());
    document.put("criterion", by());
    document.put("slices", rows.healthy().size());
    document.put("diseasedSlices", rows.diseased().size());
    document.put("chosen", best().changed());
    document.put("model", best().model());
    document.put("file", file);
    document.put("trials", trials.stream().map(SearchReport::document).toList());
    if (correlated()) {
      Map<String, Object> correlations = new LinkedHashMap<>();
      for (Optional<LabelCriterion> one : all()) {
        correlations.put(
            one.map(LabelCriterion::toString).orElse(BOTH),
            Map.of(
                "dice", correlation(one, Truth::dice),
                "oracleDice", correlation(one, Truth::oracleDice),
                "averagePrecision", correlation(one, Truth::averagePrecision)));
      }
      document.put("rankCorrelations", correlations);
    }
    return document;
  }

  private static Map<String, Object> document(Trial trial) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", trial.model());
    document.put("changed", trial.changed());
    document.put("threshold", trial.config().threshold());
    Map<String, Double> criteria = new LinkedHashMap<>();
    trial.criteria().forEach((one, value) -> criteria.put(one.toString(), value));
    document.put("criteria", criteria);
    trial.truth().ifPresent(truth -> document.put("truth", truth));
    return document;
  }

  /** What a person reads. */
  String text(Path file) {
    List<String> header = new ArrayList<>(List.of("tried"));
    Arrays.stream(LabelCriterion.values()).forEach(one -> header.add(one.toString()));
    boolean masks = trials.get(0).truth().isPresent();
    if (masks) {
      header.addAll(List.of("Dice", "oracle Dice", "AP"));
    }
    Table table = new Table(header.toArray(String[]::new));
    for (Trial trial : trials) {
      List<Object> row = new ArrayList<>(List.of((trial.equals(best()) ? "* " : "") + name(trial)));
      trial.criteria().values().forEach(value -> row.add(number(value)));
      trial
          .truth()
          .ifPresent(
              truth ->
                  row.addAll(
                      List.of(
                          number(truth.dice()),
                          number(truth.oracleDice()),
                          number(truth.averagePrecision()))));
      table.row(row.toArray());
    }
    return table
        + (correlated() ? "\n" + correlations() : "")
        + "\nChosen by %s of %d healthy and %d diseased slices: %s. Wrote %s"
            .formatted(by(), rows.healthy().size(), rows.diseased().size(), name(best()), file);
  }

  /** How each criterion follows what the masks say. */
  private Table correlations() {
    Table table = new Table("rank correlation over the trials", "Dice", "oracle Dice", "AP");
    for (Optional<LabelCriterion> one : all()) {
      table.row(
          one.map(LabelCriterion::toString).orElse(BOTH),
          number(correlation(one, Truth::dice)),
          number(correlation(one, Truth::oracleDice)),
          number(correlation(one, Truth::averagePrecision)));
    }
    return table;
  }

  private static List<Optional<LabelCriterion>> all() {
    List<Optional<LabelCriterion>> all = new ArrayList<>(List.of(Optional.empty()));
    Arrays.stream(LabelCriterion.values()).map(Optional::of).forEach(all::add);
    return all;
  }

  private boolean correlated() {
    return trials.size() >= FEWEST
        && trials.stream()
            .allMatch(
                trial -> trial.truth().filter(truth -> !Double.isNaN(truth.dice())).isPresent());
  }

  private String by() {
    return criterion.map(LabelCriterion::toString).orElse(BOTH);
  }

  private double correlation(Optional<LabelCriterion> one, ToDoubleFunction<Truth> truth) {
    return RankCorrelation.spearman(
        CalibrationSearch.liking(trials, one),
        trials.stream().mapToDouble(trial -> truth.applyAsDouble(trial.truth().get())).toArray());
  }

  private String name(Trial trial) {
    List<String> parts = new ArrayList<>();
    if (!trial.model().equals(trials.get(0).model())) {
      parts.add(CalibrationSearch.MODEL + "=" + trial.model());
    }
    trial
        .changed()
        .forEach((key, value) -> parts.add(key.replaceFirst("^calibration\\.", "") + "=" + value));
    return parts.isEmpty() ? "as configured" : String.join(" ", parts);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
