package dev.hale.app.experiment.report;

import java.util.List;

/**
 * How methods are told apart: colours that the colour-blind can tell too (Okabe and Ito 2008), then
 * the same again dashed.
 */
final class Palette {
  private static final List<String> COLORS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555");
  private static final List<String> DASHES = List.of("", "6 3", "2 2");

  private final List<String> methods;

  Palette(List<String> methods) {
    this.methods = List.copyOf(methods);
  }

  /**
   * A way to draw a line.
   *
   * @param color as CSS
   * @param dashes lengths drawn and left; empty for a solid line
   */
  record Stroke(String color, String dashes) {}

  Stroke stroke(String method) {
    int at = methods.indexOf(method);
    return new Stroke(
        COLORS.get(at % COLORS.size()), DASHES.get(at / COLORS.size() % DASHES.size()));
  }

  /** The names with their lines, in one row of HTML. */
  String legend() {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    for (String method : methods) {
      Svg sample = new Svg(26, 10, "").stroke(1, 5, 25, 5, stroke(method), 3);
      legend.append("<span>%s%s</span> ".formatted(sample.toString().strip(), Svg.escaped(method)));
    }
    return legend.append("</p>\n").toString();
  }
}
