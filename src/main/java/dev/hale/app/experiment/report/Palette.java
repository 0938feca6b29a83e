package dev.hale.app.experiment.report;

import static dev.hale.picture.chart.SvgCanvas.escaped;

import dev.hale.picture.chart.Canvas;
import dev.hale.picture.chart.SvgCanvas;
import java.util.List;

/**
 * How methods are told apart: colours that the colour-blind can tell too (Okabe and Ito 2008), then
 * the same again dashed.
 */
final class Palette {
  private static final int[] COLORS = {
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x555555
  };
  private static final float[][] DASHES = {{}, {6, 3}, {2, 2}};

  private final List<String> methods;

  Palette(List<String> methods) {
    this.methods = List.copyOf(methods);
  }

  int color(String method) {
    return COLORS[methods.indexOf(method) % COLORS.length];
  }

  Canvas.Stroke stroke(String method, double width) {
    int round = methods.indexOf(method) / COLORS.length;
    return new Canvas.Stroke(color(method), width, DASHES[round % DASHES.length]);
  }

  /** The names with their lines, in one row of HTML. */
  String legend() {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    for (String method : methods) {
      SvgCanvas sample = new SvgCanvas();
      sample.line(1, 5, 25, 5, stroke(method, 3));
      legend.append(
          "<span>%s%s</span> ".formatted(sample.svg(26, 10, "").strip(), escaped(method)));
    }
    return legend.append("</p>\n").toString();
  }
}
