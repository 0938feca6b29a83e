package dev.hale.app.experiment.report;

import dev.hale.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Results as tables in Markdown, ready for {@code docs/results.md}. */
final class MarkdownTables {
  private MarkdownTables() {}

  static void write(Path file, ExperimentResult result) {
    byte[] text = text(result).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(text));
  }

  static String text(ExperimentResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "## %s%n%n`%s`%n%n"
            .formatted(escaped(result.title()), result.manifest().command().replace('`', '\'')));
    text.append(
        "%s. %s. %s.%n%n".formatted(result.split(), result.counts(), Wording.seeds(result)));
    text.append(methods(result)).append('\n');
    text.append(Wording.intervals(result)).append("\n\n");
    if (!result.healthyImages().isEmpty()) {
      text.append(healthyImages(result)).append('\n');
      text.append(Wording.healthyImages(result)).append("\n\n");
    }
    if (result.images() != null) {
      text.append(images(result.images())).append('\n');
      text.append(Wording.strata(result.images())).append("\n\n");
    }
    if (!result.comparisons().isEmpty()) {
      text.append(comparisons(result)).append('\n');
      text.append(Wording.TESTS).append("\n\n");
    }
    List<List<String>> folds = FoldCells.rows(result);
    if (!folds.isEmpty()) {
      text.append(folds(result, folds)).append('\n').append(Wording.FOLDS).append("\n\n");
    }
    if (result.hasKnownLesions()) {
      text.append(patients(result)).append("\nDice of each patient at the label-free threshold.\n");
    }
    return text.toString();
  }

  private static String methods(ExperimentResult result) {
    List<Metric> metrics = Wording.shown(result);
    List<String> header = new ArrayList<>(List.of("method"));
    metrics.forEach(metric -> header.add(metric.title()));
    header.addAll(List.of("slice Dice", "slice AUROC", "s a slice"));
    StringBuilder table = header(header);
    for (MethodSummary method : result.methods()) {
      List<String> row = new ArrayList<>(List.of(escaped(method.method())));
      for (Metric metric : metrics) {
        row.add(cell(method.metrics().get(metric), metric.decimals()));
      }
      row.add(cell(method.sliceDice(), 3));
      row.add(cell(method.sliceAuroc(), 3));
      row.add(Estimate.number(method.secondsPerSlice(), 2));
      row(table, row);
    }
    return table.toString();
  }

  private static String healthyImages(ExperimentResult result) {
    List<HealthyMetric> metrics = HealthyImageSummary.shown(result.healthyImages());
    List<String> header = new ArrayList<>(List.of("healthy image"));
    metrics.forEach(metric -> header.add(metric.title()));
    StringBuilder table = header(header);
    for (HealthyImageSummary image : result.healthyImages()) {
      List<String> row = new ArrayList<>(List.of(escaped(image.image())));
      metrics.forEach(metric -> row.add(cell(image.metrics().get(metric), HealthyMetric.DECIMALS)));
      row(table, row);
    }
    return table.toString();
  }

  private static String images(StratifiedImages images) {
    StringBuilder table = header(StrataCells.header(images));
    for (List<String> cells : StrataCells.rows(images)) {
      row(table, cells.stream().map(MarkdownTables::escaped).toList());
    }
    return table.toString();
  }

  private static String folds(ExperimentResult result, List<List<String>> rows) {
    StringBuilder table = header(FoldCells.header(result));
    for (List<String> cells : rows) {
      row(table, cells.stream().map(MarkdownTables::escaped).toList());
    }
    return table.toString();
  }

  private static String comparisons(ExperimentResult result) {
    StringBuilder table =
        header(List.of("metric", "method", "against", "difference", "cases", "p", "p, Holm"));
    for (Comparison pair : result.comparisons()) {
      row(
          table,
          List.of(
              pair.metric().title(),
              escaped(pair.method()),
              escaped(pair.other()),
              cell(pair.difference(), 3),
              "%d %s".formatted(pair.difference().cases(), pair.difference().unit().words()),
              Wording.p(pair.pValue()),
              Wording.p(pair.adjusted())));
    }
    return table.toString();
  }

  private static String patients(ExperimentResult result) {
    List<SubjectResult> diseased =
        result.cases().stream().filter(one -> one.metrics().hasKnownLesions()).toList();
    List<String> header = new ArrayList<>(List.of("subject", "lesion, ml"));
    result.methods().forEach(method -> header.add(escaped(method.method())));
    StringBuilder table = header(header);
    for (SubjectResult subject : diseased) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  escaped(subject.subject()), Estimate.number(subject.metrics().lesionMl(), 1)));
      result
          .byMethod()
          .values()
          .forEach(found -> row.add(Estimate.number(found.of(subject.subject(), Metric.DICE), 3)));
      row(table, row);
    }
    return table.toString();
  }

  private static StringBuilder header(List<String> cells) {
    StringBuilder table = new StringBuilder();
    row(table, cells);
    return table.append("|").append("---|".repeat(cells.size())).append('\n');
  }

  private static void row(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String cell(Estimate estimate, int decimals) {
    String interval = estimate.interval(decimals);
    String spread = estimate.plusMinus(decimals);
    return estimate.number(decimals)
        + (interval.isEmpty() ? "" : " (" + interval + ")")
        + (spread.isEmpty() ? "" : " " + spread);
  }

  /** A text that Markdown shows as it is: no cells, markup or HTML of its own, on one line. */
  static String escaped(String text) {
    return text.replaceAll("\\p{Cc}", " ").replaceAll("([\\\\`*\\[\\]<>|&])", "\\\\$1");
  }
}
