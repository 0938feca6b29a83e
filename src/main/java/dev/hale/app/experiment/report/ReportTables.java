package dev.hale.app.experiment.report;

import static dev.hale.picture.chart.SvgCanvas.escaped;

import java.util.List;
import java.util.stream.Collectors;

/** The tables of a report, in HTML. */
final class ReportTables {
  private static final double SIGNIFICANT = 0.05;

  private static final List<Metric> LESIONS =
      List.of(
          Metric.DICE,
          Metric.OTSU_DICE,
          Metric.AUROC,
          Metric.AUPRC,
          Metric.LESION_F1,
          Metric.LESION_RECALL);

  private final ExperimentResult result;

  ReportTables(ExperimentResult result) {
    this.result = result;
  }

  /** Methods by metrics, and the paired comparisons. */
  String main() {
    StringBuilder html = new StringBuilder("<h2>Finding lesions</h2>\n<div class=\"wide\"><table>");
    html.append(
        "<thead><tr class=\"over\"><th></th><th colspan=\"%d\">label-free</th>"
                .formatted(LESIONS.size())
            + "<th class=\"oracle\">with the truth</th></tr>\n<tr><th>method</th>");
    LESIONS.forEach(metric -> html.append("<th>%s</th>".formatted(escaped(metric.title()))));
    html.append("<th class=\"oracle\">oracle Dice</th></tr></thead>\n<tbody>");
    for (MethodSummary method : result.methods()) {
      row(html, method, LESIONS);
      html.append(cell(method.metrics().get(Metric.ORACLE_DICE), 3, "oracle")).append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
    html.append("<p class=\"note\">%s</p>%n".formatted(escaped(Wording.intervals(result))));
    html.append(
        "<p class=\"note\">%s. Bold: the best of its column. Thresholds: %s.</p>%n"
            .formatted(
                Wording.shown(result).stream()
                    .map(metric -> escaped(metric.title() + ": " + metric.explanation()))
                    .collect(Collectors.joining("; ")),
                escaped(thresholds())));
    return html.append(images())
        .append(strata())
        .append(folds())
        .append(healthyImages())
        .append(comparisons())
        .toString();
  }

  /** What does not need a lesion: slices as images, false alarms, time. */
  private String images() {
    List<Metric> alarms =
        Wording.shown(result).stream()
            .filter(metric -> metric.labelFree() && !LESIONS.contains(metric))
            .toList();
    StringBuilder html =
        new StringBuilder(
            "<h2>Slices and false alarms</h2>\n<div class=\"wide\"><table><thead><tr>");
    html.append("<th>method</th>");
    alarms.forEach(metric -> html.append("<th>%s</th>".formatted(escaped(metric.title()))));
    html.append("<th>slice Dice</th><th>slice AUROC</th><th>seconds a slice</th></tr></thead>\n");
    html.append("<tbody>");
    for (MethodSummary method : result.methods()) {
      row(html, method, alarms);
      html.append(cell(method.sliceDice(), 3, "")).append(cell(method.sliceAuroc(), 3, ""));
      html.append("<td>%s</td></tr>%n".formatted(Estimate.number(method.secondsPerSlice(), 2)));
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String strata() {
    StratifiedImages images = result.images();
    if (images == null) {
      return "";
    }
    return cells(
        "Images of one " + images.column(),
        StrataCells.header(images),
        StrataCells.rows(images),
        Wording.strata(images));
  }

  private String folds() {
    List<List<String>> rows = FoldCells.rows(result);
    return rows.isEmpty() ? "" : cells("Left out", FoldCells.header(result), rows, Wording.FOLDS);
  }

  private static String cells(
      String title, List<String> header, List<List<String>> rows, String note) {
    StringBuilder html =
        new StringBuilder("<h2>%s</h2>\n".formatted(escaped(title)))
            .append("<div class=\"wide\"><table><thead><tr>");
    header.forEach(column -> html.append("<th>%s</th>".formatted(escaped(column))));
    html.append("</tr></thead>\n<tbody>");
    for (List<String> row : rows) {
      html.append("<tr><td class=\"name\">%s</td>".formatted(escaped(row.get(0))));
      row.stream().skip(1).forEach(cell -> html.append("<td>%s</td>".formatted(escaped(cell))));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n<p class=\"note\">")
        .append(escaped(note))
        .append("</p>\n")
        .toString();
  }

  private String healthyImages() {
    if (result.healthyImages().isEmpty()) {
      return "";
    }
    List<HealthyMetric> metrics = HealthyImageSummary.shown(result.healthyImages());
    StringBuilder html =
        new StringBuilder("<h2>Healthy images</h2>\n<div class=\"wide\"><table><thead><tr>");
    html.append("<th>image</th>");
    metrics.forEach(metric -> html.append("<th>%s</th>".formatted(escaped(metric.title()))));
    html.append("</tr></thead>\n<tbody>");
    for (HealthyImageSummary image : result.healthyImages()) {
      html.append("<tr><td class=\"name\">%s</td>".formatted(escaped(image.image())));
      for (HealthyMetric metric : metrics) {
        html.append(cell(image.metrics().get(metric), HealthyMetric.DECIMALS, ""));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n<p class=\"note\">")
        .append(escaped(Wording.healthyImages(result)))
        .append("</p>\n")
        .toString();
  }

  private void row(StringBuilder html, MethodSummary method, List<Metric> metrics) {
    html.append("<tr><td class=\"name\">%s</td>".formatted(escaped(method.method())));
    for (Metric metric : metrics) {
      Estimate estimate = method.metrics().get(metric);
      html.append(cell(estimate, metric.decimals(), isBest(metric, estimate) ? "best" : ""));
    }
  }

  private boolean isBest(Metric metric, Estimate estimate) {
    boolean less = metric == Metric.HEALTHY_SLICE_ML || metric == Metric.HEALTHY_SUBJECT_ML;
    double sign = less ? -1 : 1;
    return result.methods().size() > 1
        && !Double.isNaN(estimate.value())
        && result.methods().stream()
            .map(method -> method.metrics().get(metric).value())
            .noneMatch(other -> sign * other > sign * estimate.value());
  }

  /** How each method's threshold was chosen. */
  private String thresholds() {
    return result.byMethod().entrySet().stream()
        .map(
            method ->
                method.getKey()
                    + " "
                    + method.getValue().all().stream()
                        .map(SubjectResult::thresholdName)
                        .distinct()
                        .collect(Collectors.joining(" and ")))
        .collect(Collectors.joining("; "));
  }

  private String comparisons() {
    if (result.comparisons().isEmpty()) {
      return "";
    }
    List<Metric> metrics =
        result.comparisons().stream().map(Comparison::metric).distinct().toList();
    StringBuilder html =
        new StringBuilder("<h2>Differences</h2>\n<div class=\"wide\"><table><thead>");
    html.append("<tr class=\"over\"><th></th><th></th><th></th>");
    metrics.forEach(
        metric -> html.append("<th colspan=\"3\">%s</th>".formatted(escaped(metric.title()))));
    html.append("</tr>\n<tr><th>method</th><th class=\"left\">against</th><th>cases</th>");
    html.append("<th>difference</th><th>p</th><th>p, Holm</th>".repeat(metrics.size()));
    html.append("</tr></thead>\n<tbody>");
    for (Comparison pair : result.comparisons()) {
      if (pair.metric() != metrics.get(0)) {
        continue;
      }
      html.append(
          "<tr><td class=\"name\">%s</td><td class=\"left\">%s</td><td>%d %s</td>"
              .formatted(
                  escaped(pair.method()),
                  escaped(pair.other()),
                  pair.difference().cases(),
                  pair.difference().unit().words()));
      result.comparisons().stream()
          .filter(same -> same.method().equals(pair.method()) && same.other().equals(pair.other()))
          .forEach(same -> difference(html, same));
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n<p class=\"note\">%s".formatted(escaped(Wording.TESTS)));
    if (result.comparisons().get(0).difference().unit() == Estimate.Unit.SLICES) {
      html.append(
          " With fewer than %d patients the cases are slices, which depend on each other: these p"
                  .formatted(MethodSummary.FEWEST_PATIENTS)
              + " are too small, and say nothing about other patients.");
    }
    return html.append(" Bold: below 0.05.</p>\n").toString();
  }

  private static void difference(StringBuilder html, Comparison pair) {
    html.append(cell(pair.difference(), 3, ""));
    html.append("<td>%s</td>".formatted(escaped(Wording.p(pair.pValue()))));
    html.append(
        "<td%s>%s</td>"
            .formatted(
                pair.adjusted() < SIGNIFICANT ? " class=\"significant\"" : "",
                escaped(Wording.p(pair.adjusted()))));
  }

  /** Dice of every diseased subject by method. */
  String patients() {
    StringBuilder html =
        new StringBuilder(
            "<div class=\"wide\"><table><thead><tr><th>subject</th><th>lesion, ml</th>");
    result
        .methods()
        .forEach(method -> html.append("<th>%s</th>".formatted(escaped(method.method()))));
    html.append("</tr></thead>\n<tbody>");
    for (SubjectResult subject : result.cases()) {
      if (!subject.metrics().hasKnownLesions()) {
        continue;
      }
      html.append(
          "<tr><td class=\"name\">%s</td><td>%s</td>"
              .formatted(
                  escaped(subject.subject()), Estimate.number(subject.metrics().lesionMl(), 1)));
      result
          .byMethod()
          .values()
          .forEach(
              found ->
                  html.append(
                      "<td>%s</td>"
                          .formatted(
                              Estimate.number(found.of(subject.subject(), Metric.DICE), 3))));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static String cell(Estimate estimate, int decimals, String style) {
    String interval = estimate.interval(decimals);
    String spread = estimate.plusMinus(decimals);
    return "<td%s>%s%s%s</td>"
        .formatted(
            style.isEmpty() ? "" : " class=\"" + style + "\"",
            estimate.number(decimals),
            interval.isEmpty() ? "" : "<small>" + interval + "</small>",
            spread.isEmpty() ? "" : "<small>" + spread + "</small>");
  }
}
