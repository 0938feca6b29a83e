package dev.hale.picture.chart;

import java.util.Locale;

/** Draws SVG for a page; the page says in which font. */
public final class SvgCanvas implements Canvas {
  private final StringBuilder out = new StringBuilder();

  @Override
  public void line(double[] x, double[] y, Stroke stroke) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int i = 0; i < x.length; i++) {
      boolean there = Double.isFinite(y[i]);
      if (there) {
        path.append(down ? 'L' : 'M').append(number(x[i])).append(' ').append(number(y[i]));
      }
      down = there;
    }
    out.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>%n"
            .formatted(path, color(stroke.rgb()), number(stroke.width()), dashes(stroke)));
  }

  private static String dashes(Stroke stroke) {
    StringBuilder dashes = new StringBuilder();
    for (float length : stroke.dashes()) {
      dashes.append(' ').append(number(length));
    }
    return dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes.substring(1) + "\"";
  }

  @Override
  public void dot(double x, double y, double radius, int rgb, double opacity, String hint) {
    out.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\" fill-opacity=\"%s\">%s</circle>%n"
            .formatted(
                number(x),
                number(y),
                number(radius),
                color(rgb),
                number(opacity),
                hint.isEmpty() ? "" : "<title>" + escaped(hint) + "</title>"));
  }

  @Override
  public void turned(
      double x, double y, int degrees, String text, Anchor anchor, int rgb, int size) {
    String place =
        degrees == 0
            ? "x=\"%s\" y=\"%s\"".formatted(number(x), number(y))
            : "transform=\"translate(%s %s) rotate(%d)\"".formatted(number(x), number(y), -degrees);
    out.append(
        "<text %s text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n"
            .formatted(
                place, anchor.name().toLowerCase(Locale.ROOT), color(rgb), size, escaped(text)));
  }

  /**
   * The whole drawing, an element {@code svg} of HTML.
   *
   * @param label says what it shows to those who cannot see it
   */
  public String svg(int width, int height, String label) {
    return """
        <svg viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
        %s</svg>
        """
        .formatted(width, height, width, height, escaped(label), out);
  }

  /** A text as it stands in XML or HTML, between tags or between quotes. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String color(int rgb) {
    return "#%06x".formatted(rgb);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
