package dev.hale.app.experiment.report;

import dev.hale.evaluation.Curve;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Charts whose values lie in [0, 1]. */
final class UnitChart {
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int SIDE = 340;

  private final Palette palette;

  UnitChart(Palette palette) {
    this.palette = palette;
  }

  /** Curves by method in a square. */
  String curves(String label, String x, String y, Map<String, Curve> curves, boolean diagonal) {
    int right = LEFT + SIDE;
    int bottom = TOP + SIDE;
    Svg svg = new Svg(right + RIGHT, bottom + 44, label);
    axis(svg, y, right, bottom);
    for (int tick = 0; tick <= 5; tick++) {
      double at = LEFT + SIDE * tick / 5.0;
      svg.line(at, TOP, at, bottom, "grid");
      svg.text(at, bottom + 16, "middle", "tick", number(tick / 5.0));
    }
    svg.text(LEFT + SIDE / 2.0, bottom + 36, "middle", "axis", x);
    if (diagonal) {
      svg.line(LEFT, bottom, right, TOP, "chance");
    }
    curves.forEach(
        (method, curve) -> svg.curve(curve, LEFT, TOP, right, bottom, palette.stroke(method)));
    return svg.toString();
  }

  /** One dot a case and a bar at their mean, method by method; cases by name. */
  String dots(String label, String y, Map<String, Map<String, Double>> values) {
    int step = Math.max(70, Math.min(150, 800 / values.size()));
    int right = LEFT + step * values.size();
    int bottom = TOP + 260;
    boolean slanted = values.size() > 6;
    Svg svg = new Svg(right + RIGHT + (slanted ? 20 : 0), bottom + (slanted ? 110 : 30), label);
    axis(svg, y, right, bottom);
    int column = 0;
    for (Map.Entry<String, Map<String, Double>> method : values.entrySet()) {
      double centre = LEFT + step * (column++ + 0.5);
      if (slanted) {
        svg.turned(centre + 4, bottom + 14, 35, "end", "name", method.getKey());
      } else {
        svg.text(centre, bottom + 18, "middle", "name", method.getKey());
      }
      Palette.Stroke stroke = palette.stroke(method.getKey());
      int number = 0;
      int count = method.getValue().size();
      for (Map.Entry<String, Double> one : method.getValue().entrySet()) {
        double spread = count == 1 ? 0 : (number++ / (count - 1.0) - 0.5) * step * 0.5;
        svg.dot(
            centre + spread,
            bottom - one.getValue() * (bottom - TOP),
            4.5,
            stroke.color(),
            "%s: %s".formatted(one.getKey(), Estimate.number(one.getValue(), 3)));
      }
      double mean =
          method.getValue().values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
      if (!Double.isNaN(mean)) {
        double height = bottom - mean * (bottom - TOP);
        svg.stroke(
            centre - step * 0.34,
            height,
            centre + step * 0.34,
            height,
            new Palette.Stroke(stroke.color(), ""),
            2.5);
      }
    }
    return svg.toString();
  }

  /** A value a method and group, groups in order from left to right; NaN is left out. */
  String groups(String label, String y, List<String> groups, Map<String, double[]> values) {
    int step = 84;
    int right = LEFT + step * groups.size();
    int bottom = TOP + 240;
    Svg svg = new Svg(right + RIGHT, bottom + 44, label);
    axis(svg, y, right, bottom);
    for (int group = 0; group < groups.size(); group++) {
      String[] words = groups.get(group).split("\n", 2);
      double centre = LEFT + step * (group + 0.5);
      svg.text(centre, bottom + 18, "middle", "name", words[0]);
      svg.text(centre, bottom + 34, "middle", "tick", words.length > 1 ? words[1] : "");
    }
    int method = 0;
    for (Map.Entry<String, double[]> entry : values.entrySet()) {
      Palette.Stroke stroke = palette.stroke(entry.getKey());
      double shift = values.size() == 1 ? 0 : (method / (values.size() - 1.0) - 0.5) * step * 0.6;
      for (int group = 0; group < groups.size(); group++) {
        double value = entry.getValue()[group];
        if (!Double.isNaN(value)) {
          double x = LEFT + step * (group + 0.5) + shift;
          double height = bottom - value * (bottom - TOP);
          svg.stroke(x, bottom, x, height, stroke, 2.5);
          svg.dot(
              x,
              height,
              5,
              stroke.color(),
              "%s: %s".formatted(entry.getKey(), Estimate.number(value, 3)));
        }
      }
      method++;
    }
    return svg.toString();
  }

  private static void axis(Svg svg, String title, int right, int bottom) {
    for (int tick = 0; tick <= 5; tick++) {
      double at = bottom - (bottom - TOP) * tick / 5.0;
      svg.line(LEFT, at, right, at, tick == 0 ? "base" : "grid");
      svg.text(LEFT - 8, at + 4, "end", "tick", number(tick / 5.0));
    }
    svg.turned(14, (TOP + bottom) / 2.0, 90, "middle", "axis", title);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
