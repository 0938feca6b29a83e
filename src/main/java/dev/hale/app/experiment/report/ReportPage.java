package dev.hale.app.experiment.report;

import static dev.hale.picture.chart.SvgCanvas.escaped;

import dev.hale.evaluation.Curve;
import dev.hale.training.log.LossCurve;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An experiment as one page for readers: tables, curves, pictures and what it was made of. It needs
 * nothing beside it, neither files nor scripts.
 */
public final class ReportPage {
  private final ExperimentResult result;
  private final Palette palette;
  private final UnitChart charts;
  private final StringBuilder html = new StringBuilder();

  private ReportPage(ExperimentResult result) {
    this.result = result;
    palette = new Palette(result.methods().stream().map(MethodSummary::method).toList());
    charts = new UnitChart(palette);
  }

  /**
   * The page.
   *
   * @param result what was found
   * @param montages pictures, most telling first
   * @param trainings logs by the name of what was trained, {@code metrics.jsonl} files
   */
  public static String html(
      ExperimentResult result, List<Figure> montages, Map<String, Path> trainings) {
    ReportPage page = new ReportPage(result);
    page.head();
    page.html.append(new ReportTables(result).main());
    page.curves();
    page.patients();
    page.sizes();
    page.montages(montages);
    page.trainings(trainings);
    page.html.append(ReportManifest.html(result));
    page.html.append(
        "<footer>Made by hale %s. For research; not a medical device.</footer>%n</main></body></html>%n"
            .formatted(escaped(result.manifest().versions().getOrDefault("hale", "?"))));
    return page.html.toString();
  }

  private void head() {
    List<ExperimentManifest.Run> runs = result.manifest().runs();
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style></head>
        <body><header><div><h1>%s</h1>
        <p class="finding">%s</p>
        <dl class="facts">
        <dt>Split</dt><dd>%s</dd>
        <dt>Cases</dt><dd>%s</dd>
        <dt>Supervision</dt><dd>Image-level labels only; masks are read to measure, never to train or to set a threshold</dd>
        <dt>Run</dt><dd>%s, %s of computing; %s</dd>
        <dt>Command</dt><dd><code>%s</code></dd>
        </dl></div></header>
        <main>
        """
            .formatted(
                escaped(result.title()),
                style(),
                escaped(result.title()),
                escaped(finding()),
                escaped(result.split()),
                escaped(result.counts()),
                escaped(runs.get(runs.size() - 1).started().replace('T', ' ').replace("Z", " UTC")),
                Wording.duration(result.manifest().totalSeconds()),
                escaped(Wording.seeds(result).toLowerCase(Locale.ROOT)),
                escaped(result.manifest().command())));
  }

  /** The first thing that one wants to know, in a sentence. */
  private String finding() {
    List<MethodSummary> ranked =
        result.methods().stream()
            .filter(method -> !Double.isNaN(dice(method).value()))
            .sorted(Comparator.comparingDouble(method -> -dice(method).value()))
            .toList();
    if (ranked.isEmpty()) {
      return result.cases().stream().anyMatch(one -> one.metrics().diseased())
          ? "Only labels of images are known, so there is no Dice; see the slice AUROC below."
          : "No test subject has a lesion, so there is no Dice; see the false alarms below.";
    }
    MethodSummary best = ranked.get(0);
    String reference =
        result.methods().stream()
            .filter(method -> method.method().equals(result.reference()))
            .filter(method -> !method.method().equals(best.method()))
            .findFirst()
            .map(method -> ", against %s of %s".formatted(dice(method).number(3), method.method()))
            .orElse("");
    String interval = dice(best).interval(3);
    return "Highest mean Dice at a label-free threshold: %s of %s%s%s."
        .formatted(
            dice(best).number(3),
            best.method(),
            interval.isEmpty() ? "" : " (95 % interval " + interval + ")",
            reference);
  }

  private static Estimate dice(MethodSummary method) {
    return method.metrics().get(Metric.DICE);
  }

  private void curves() {
    if (!result.hasKnownLesions()) {
      return;
    }
    html.append("<h2>Curves</h2>\n");
    html.append(
        "<p>All brain voxels of all test subjects together, whatever the threshold%s.</p>%n"
            .formatted(Wording.ofFirst(result)));
    html.append(palette.legend()).append("<div class=\"row\">");
    section(
        "ROC",
        charts.curves(
            "ROC curves", "false-positive rate", "recall", curves(MethodSummary::roc), true));
    section(
        "Precision and recall",
        charts.curves(
            "precision-recall curves",
            "recall",
            "precision",
            curves(MethodSummary::precisionRecall),
            false));
    html.append("</div>\n");
  }

  private Map<String, Curve> curves(Function<MethodSummary, Curve> curve) {
    Map<String, Curve> curves = new LinkedHashMap<>();
    result.methods().forEach(method -> curves.put(method.method(), curve.apply(method)));
    return curves;
  }

  private void section(String title, String chart) {
    html.append("<div><h3>%s</h3>%n%s</div>%n".formatted(escaped(title), chart));
  }

  private void patients() {
    Map<String, Map<String, Double>> dots = new LinkedHashMap<>();
    result
        .byMethod()
        .forEach(
            (method, results) ->
                dots.put(
                    method,
                    results.first().stream()
                        .filter(one -> one.metrics().hasKnownLesions())
                        .collect(
                            Collectors.toMap(
                                SubjectResult::subject,
                                one -> results.of(one.subject(), Metric.DICE),
                                (one, other) -> one,
                                LinkedHashMap::new))));
    if (dots.values().iterator().next().isEmpty()) {
      return;
    }
    html.append("<h2>Patient by patient</h2>\n");
    html.append(
        "<p>Dice at the label-free threshold: a dot a test subject, in the same order from left to"
            + " right for every method; the bar is their mean.</p>\n");
    html.append(charts.dots("Dice by method and patient", "Dice", dots));
    html.append(new ReportTables(result).patients());
  }

  private void sizes() {
    LesionSizes sizes = new LesionSizes(result);
    if (sizes.names().isEmpty()) {
      return;
    }
    html.append("<h2>By size of lesion</h2>\n");
    html.append(
        "<p>Each lesion (26-connected) with the predicted components that touch it; found: their"
            + " intersection over union exceeds 0.1.</p>\n");
    html.append(palette.legend()).append("<div class=\"row\">");
    section(
        "Mean Dice of lesions",
        charts.groups("Dice by size of lesion", "Dice", sizes.names(), sizes.dice()));
    section(
        "Share of lesions found",
        charts.groups("recall by size of lesion", "found", sizes.names(), sizes.found()));
    html.append("</div>\n");
  }

  private void montages(List<Figure> montages) {
    if (montages.isEmpty()) {
      return;
    }
    html.append("<h2>Pictures</h2>\n");
    html.append(
        ("<p>The slice with most lesion, as every method sees it; subjects from the fewest to the"
                + " most lesion%s. Green: the true outline; magenta: what the method marks. Scan less"
                + " healthy image: bright where something was taken away, dark where it was added,"
                + " grey where nothing was changed. Each map is scaled to its own 99.8th"
                + " percentile.</p>%n")
            .formatted(Wording.ofFirst(result)));
    for (Figure montage : montages) {
      html.append(
          "<figure><img src=\"%s\" width=\"%d\" alt=\"%s\"><figcaption>%s</figcaption></figure>%n"
              .formatted(
                  escaped(montage.uri()),
                  montage.width(),
                  escaped(montage.caption()),
                  escaped(montage.caption())));
    }
  }

  private void trainings(Map<String, Path> trainings) {
    if (trainings.isEmpty()) {
      return;
    }
    html.append("<h2>Training curves</h2>\n");
    trainings.forEach(
        (name, log) ->
            html.append("<div class=\"training\">")
                .append(LossCurve.svg(log, name))
                .append("</div>\n"));
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
