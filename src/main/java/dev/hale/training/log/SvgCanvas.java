package dev.hale.training.log;

import java.util.Locale;

/** Draws SVG. */
final class SvgCanvas implements Canvas {
  private final StringBuilder out = new StringBuilder();

  @Override
  public void line(double[] x, double[] y, int rgb, double width) {
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
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>%n"
            .formatted(path, color(rgb), number(width)));
  }

  @Override
  public void dot(double x, double y, int rgb, double radius) {
    out.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>%n"
            .formatted(number(x), number(y), number(radius), color(rgb)));
  }

  @Override
  public void text(double x, double y, String text, Anchor anchor, int rgb, int size) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n"
            .formatted(
                number(x),
                number(y),
                anchor.name().toLowerCase(Locale.ROOT),
                color(rgb),
                size,
                escaped(text)));
  }

  /** The whole drawing, an element {@code svg}. */
  String svg(int width, int height) {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif">
        %s</svg>
        """
        .formatted(width, height, width, height, out);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String color(int rgb) {
    return "#%06x".formatted(rgb);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
