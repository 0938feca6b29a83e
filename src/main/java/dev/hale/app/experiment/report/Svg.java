package dev.hale.app.experiment.report;

import dev.hale.evaluation.Curve;
import java.util.Locale;

/** A drawing in the making; x to the right and y down, in pixels. All text is escaped here. */
final class Svg {
  private final int width;
  private final int height;
  private final String label;
  private final StringBuilder out = new StringBuilder();

  /** A drawing; the label says what it shows to those who cannot see it. */
  Svg(int width, int height, String label) {
    this.width = width;
    this.height = height;
    this.label = label;
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    out.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>%n"
            .formatted(number(x1), number(y1), number(x2), number(y2), style));
    return this;
  }

  /** A curve of the unit square in the rectangle from (left, top) to (right, bottom). */
  Svg curve(
      Curve curve, double left, double top, double right, double bottom, Palette.Stroke stroke) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curve.x().length; i++) {
      points
          .append(number(left + curve.x()[i] * (right - left)))
          .append(',')
          .append(number(bottom - curve.y()[i] * (bottom - top)))
          .append(' ');
    }
    out.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n"
            .formatted(points.toString().strip(), stroke.color(), dashes(stroke)));
    return this;
  }

  Svg stroke(double x1, double y1, double x2, double y2, Palette.Stroke stroke, double thick) {
    out.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s/>%n"
            .formatted(
                number(x1),
                number(y1),
                number(x2),
                number(y2),
                stroke.color(),
                number(thick),
                dashes(stroke)));
    return this;
  }

  private static String dashes(Palette.Stroke stroke) {
    return stroke.dashes().isEmpty() ? "" : " stroke-dasharray=\"" + stroke.dashes() + "\"";
  }

  /** A dot; browsers show the hint under the pointer. */
  Svg dot(double x, double y, double radius, String color, String hint) {
    out.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\" fill-opacity=\"0.8\"><title>%s</title></circle>%n"
            .formatted(number(x), number(y), number(radius), color, escaped(hint)));
    return this;
  }

  /** A text; anchor is start, middle or end. */
  Svg text(double x, double y, String anchor, String style, String text) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>%n"
            .formatted(number(x), number(y), anchor, style, escaped(text)));
    return this;
  }

  /** A text turned to run upwards, or slanted, by degrees against the clock. */
  Svg turned(double x, double y, int degrees, String anchor, String style, String text) {
    out.append(
        "<text transform=\"translate(%s %s) rotate(%d)\" text-anchor=\"%s\" class=\"%s\">%s</text>%n"
            .formatted(number(x), number(y), -degrees, anchor, style, escaped(text)));
    return this;
  }

  @Override
  public String toString() {
    return """
        <svg viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
        %s</svg>
        """
        .formatted(width, height, width, height, escaped(label), out);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
