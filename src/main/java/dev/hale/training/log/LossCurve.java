package dev.hale.training.log;

import static dev.hale.picture.chart.SvgCanvas.escaped;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.io.AtomicFile;
import dev.hale.picture.chart.Chart;
import dev.hale.picture.chart.Series;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws a training's curves from its metrics: the loss as it is and smoothed, with the validation
 * loss; the other validation measures; the learning rate.
 */
public final class LossCurve {
  /** What the names of validation measures begin with in the metrics. */
  public static final String VALIDATION = "validation_";

  private static final String LOSS = "loss";
  private static final int PIECES = 600;
  private static final int SMOOTH_SHARE = 40; // the window is this part of the run
  private static final int[] COLORS = {
    0xd1495b, 0x00798c, 0xedae49, 0x66a182, 0x8d6a9f, 0x2e4057, 0x9c6644, 0x7a7a7a
  };
  private static final ObjectMapper JSON = new ObjectMapper();

  private LossCurve() {}

  /**
   * Draws the curves.
   *
   * @param metrics a file that {@link MetricsLog} wrote
   * @param title above the curves
   * @param png to write
   * @param html to write; needs nothing beside it, values appear under the pointer
   */
  public static void write(Path metrics, String title, Path png, Path html) {
    Chart chart = chart(MetricsLog.read(metrics), title);
    chart.write(png);
    String page =
        template()
            .replace("TITLE", escaped(title))
            .replace("DRAWING", chart.svg())
            .replace("CURVES", data(chart).toString().replace("<", "\\u003c"));
    AtomicFile.write(html, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The curves as an element {@code svg}, for a page that shows several trainings.
   *
   * @param metrics a file that {@link MetricsLog} wrote
   * @param title above the curves
   */
  public static String svg(Path metrics, String title) {
    return chart(MetricsLog.read(metrics), title).svg();
  }

  private static Chart chart(List<MetricsLine> lines, String title) {
    List<Chart.Panel> panels = new ArrayList<>();
    Series loss = series(lines, LOSS, "", 0xc9d6ea, 1);
    List<Series> losses = new ArrayList<>();
    losses.add(loss.averaged(PIECES));
    losses.add(
        new Series("training loss, smoothed", 0x2f5fa8, loss.x(), loss.y(), 2)
            .smoothed(loss.x().length / SMOOTH_SHARE)
            .averaged(PIECES));
    Map<String, Series> measures = measures(lines);
    Series validation = measures.remove(VALIDATION + LOSS);
    if (validation != null) {
      losses.add(new Series("validation loss", 0xd1495b, validation.x(), validation.y(), 0));
    }
    panels.add(new Chart.Panel("loss", 260, true, losses));
    byKind(measures)
        .forEach(
            (kind, series) ->
                panels.add(new Chart.Panel("validation " + kind, 120, kind.equals(LOSS), series)));
    panels.add(
        new Chart.Panel(
            "learning rate",
            90,
            false,
            List.of(series(lines, "lr", "", 0x444444, 1.5).averaged(PIECES))));
    return new Chart(title, panels);
  }

  private static Map<String, Series> measures(List<MetricsLine> lines) {
    Map<String, Series> measures = new LinkedHashMap<>();
    for (MetricsLine line : lines) {
      for (String name : line.values().keySet()) {
        if (name.startsWith(VALIDATION) && !measures.containsKey(name)) {
          measures.put(name, series(lines, name, "", 0, 0));
        }
      }
    }
    return measures;
  }

  /** {@code validation_auroc_t40} is of the kind auroc and is labelled t40. */
  private static Map<String, List<Series>> byKind(Map<String, Series> measures) {
    Map<String, List<Series>> kinds = new LinkedHashMap<>();
    measures.forEach(
        (name, series) -> {
          String[] words = name.substring(VALIDATION.length()).split("_", 2);
          List<Series> kind = kinds.computeIfAbsent(words[0], any -> new ArrayList<>());
          int rgb = COLORS[kind.size() % COLORS.length];
          String label = words.length == 1 ? "mean" : words[1].replace('_', ' ');
          kind.add(new Series(label, rgb, series.x(), series.y(), 0));
        });
    return kinds;
  }

  private static Series series(
      List<MetricsLine> lines, String name, String label, int rgb, double width) {
    List<MetricsLine> found =
        lines.stream().filter(line -> line.values().containsKey(name)).toList();
    return new Series(
        label,
        rgb,
        found.stream().mapToDouble(MetricsLine::step).toArray(),
        found.stream().mapToDouble(line -> line.values().get(name)).toArray(),
        width);
  }

  private static ObjectNode data(Chart chart) {
    ObjectNode data =
        JSON.createObjectNode()
            .put("left", Chart.LEFT)
            .put("right", Chart.WIDTH - Chart.RIGHT)
            .put("last", chart.steps().high());
    ArrayNode curves = data.putArray("curves");
    for (Chart.Panel panel : chart.panels()) {
      for (Series series : panel.series()) {
        ObjectNode curve =
            curves
                .addObject()
                .put("name", series.label().isEmpty() ? panel.name() : series.label());
        ArrayNode x = curve.putArray("x");
        ArrayNode y = curve.putArray("y");
        for (int i = 0; i < series.x().length; i++) {
          x.add((float) series.x()[i]);
          if (Double.isFinite(series.y()[i])) {
            y.add((float) series.y()[i]);
          } else {
            y.addNull();
          }
        }
      }
    }
    return data;
  }

  private static String template() {
    try (InputStream in = LossCurve.class.getResourceAsStream("loss.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
