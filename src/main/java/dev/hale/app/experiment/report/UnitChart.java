package dev.hale.app.experiment.report;

import dev.hale.evaluation.Curve;
import dev.hale.picture.chart.Canvas;
import dev.hale.picture.chart.Canvas.Anchor;
import dev.hale.picture.chart.SvgCanvas;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Charts whose values lie in [0, 1]. */
final class UnitChart {
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int SIDE = 340;
  private static final int INK = 0x1d2733;
  private static final int PALE = 0x5c6a79;
  private static final Canvas.Stroke GRID = new Canvas.Stroke(0xe6eaef, 1);
  private static final Canvas.Stroke BASE = new Canvas.Stroke(0x8793a0, 1);
  private static final Canvas.Stroke CHANCE = new Canvas.Stroke(0xa9b3bd, 1, 3, 4);

  private final Palette palette;

  UnitChart(Palette palette) {
    this.palette = palette;
  }

  /** Curves by method in a square. */
  String curves(String label, String x, String y, Map<String, Curve> curves, boolean diagonal) {
    int right = LEFT + SIDE;
    int bottom = TOP + SIDE;
    SvgCanvas canvas = new SvgCanvas();
    axis(canvas, y, right, bottom);
    for (int tick = 0; tick <= 5; tick++) {
      double at = LEFT + SIDE * tick / 5.0;
      canvas.line(at, TOP, at, bottom, GRID);
      tick(canvas, at, bottom + 16, number(tick / 5.0), Anchor.MIDDLE);
    }
    name(canvas, LEFT + SIDE / 2.0, bottom + 36, 0, x, Anchor.MIDDLE);
    if (diagonal) {
      canvas.line(LEFT, bottom, right, TOP, CHANCE);
    }
    curves.forEach(
        (method, curve) ->
            canvas.line(
                Arrays.stream(curve.x()).map(value -> LEFT + value * SIDE).toArray(),
                Arrays.stream(curve.y()).map(value -> bottom - value * SIDE).toArray(),
                palette.stroke(method, 2)));
    return canvas.svg(right + RIGHT, bottom + 44, label);
  }

  /** One dot a case and a bar at their mean, method by method; cases by name. */
  String dots(String label, String y, Map<String, Map<String, Double>> values) {
    int step = Math.max(70, Math.min(150, 800 / values.size()));
    int right = LEFT + step * values.size();
    int bottom = TOP + 260;
    boolean slanted = values.size() > 6;
    SvgCanvas canvas = new SvgCanvas();
    axis(canvas, y, right, bottom);
    int column = 0;
    for (Map.Entry<String, Map<String, Double>> method : values.entrySet()) {
      double centre = LEFT + step * (column++ + 0.5);
      if (slanted) {
        name(canvas, centre + 4, bottom + 14, 35, method.getKey(), Anchor.END);
      } else {
        name(canvas, centre, bottom + 18, 0, method.getKey(), Anchor.MIDDLE);
      }
      int color = palette.color(method.getKey());
      int number = 0;
      int count = method.getValue().size();
      for (Map.Entry<String, Double> one : method.getValue().entrySet()) {
        double spread = count == 1 ? 0 : (number++ / (count - 1.0) - 0.5) * step * 0.5;
        double height = bottom - one.getValue() * (bottom - TOP);
        dot(canvas, centre + spread, height, 4.5, color, one.getKey(), one.getValue());
      }
      double mean =
          method.getValue().values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
      if (!Double.isNaN(mean)) {
        double height = bottom - mean * (bottom - TOP);
        double reach = step * 0.34;
        canvas.line(centre - reach, height, centre + reach, height, new Canvas.Stroke(color, 2.5));
      }
    }
    return canvas.svg(right + RIGHT + (slanted ? 20 : 0), bottom + (slanted ? 110 : 30), label);
  }

  /** A value a method and group, groups in order from left to right; NaN is left out. */
  String groups(String label, String y, List<String> groups, Map<String, double[]> values) {
    int step = 84;
    int right = LEFT + step * groups.size();
    int bottom = TOP + 240;
    SvgCanvas canvas = new SvgCanvas();
    axis(canvas, y, right, bottom);
    for (int group = 0; group < groups.size(); group++) {
      String[] words = groups.get(group).split("\n", 2);
      double centre = LEFT + step * (group + 0.5);
      name(canvas, centre, bottom + 18, 0, words[0], Anchor.MIDDLE);
      tick(canvas, centre, bottom + 34, words.length > 1 ? words[1] : "", Anchor.MIDDLE);
    }
    int method = 0;
    for (Map.Entry<String, double[]> entry : values.entrySet()) {
      Canvas.Stroke stroke = palette.stroke(entry.getKey(), 2.5);
      double shift = values.size() == 1 ? 0 : (method / (values.size() - 1.0) - 0.5) * step * 0.6;
      for (int group = 0; group < groups.size(); group++) {
        double value = entry.getValue()[group];
        if (!Double.isNaN(value)) {
          double x = LEFT + step * (group + 0.5) + shift;
          double height = bottom - value * (bottom - TOP);
          canvas.line(x, bottom, x, height, stroke);
          dot(canvas, x, height, 5, stroke.rgb(), entry.getKey(), value);
        }
      }
      method++;
    }
    return canvas.svg(right + RIGHT, bottom + 44, label);
  }

  private static void axis(Canvas canvas, String title, int right, int bottom) {
    for (int tick = 0; tick <= 5; tick++) {
      double at = bottom - (bottom - TOP) * tick / 5.0;
      canvas.line(LEFT, at, right, at, tick == 0 ? BASE : GRID);
      tick(canvas, LEFT - 8, at + 4, number(tick / 5.0), Anchor.END);
    }
    name(canvas, 14, (TOP + bottom) / 2.0, 90, title, Anchor.MIDDLE);
  }

  private static void tick(Canvas canvas, double x, double y, String text, Anchor anchor) {
    canvas.text(x, y, text, anchor, PALE, 12);
  }

  private static void name(
      Canvas canvas, double x, double y, int degrees, String text, Anchor anchor) {
    canvas.turned(x, y, degrees, text, anchor, INK, 13);
  }

  private static void dot(
      Canvas canvas, double x, double y, double radius, int rgb, String name, double value) {
    String hint = "%s: %s".formatted(name, Estimate.number(value, 3));
    canvas.dot(x, y, radius, rgb, 0.8, hint);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
