package dev.hale.picture.chart;

/** What a chart is drawn on; x to the right and y down, in pixels. */
public interface Canvas {
  /** Where a text stands relative to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /**
   * How a line is drawn.
   *
   * @param rgb colour
   * @param width of the line
   * @param dashes lengths drawn and left in turn; none for a solid line
   */
  record Stroke(int rgb, double width, float... dashes) {}

  /** A polyline; NaN breaks it. */
  void line(double[] x, double[] y, Stroke stroke);

  /** A straight line. */
  default void line(double x1, double y1, double x2, double y2, Stroke stroke) {
    line(new double[] {x1, x2}, new double[] {y1, y2}, stroke);
  }

  /**
   * A dot.
   *
   * @param opacity 1 where nothing below is to be seen
   * @param hint that a page shows under the pointer; empty for none
   */
  void dot(double x, double y, double radius, int rgb, double opacity, String hint);

  /** A text that runs to the right. */
  default void text(double x, double y, String text, Anchor anchor, int rgb, int size) {
    turned(x, y, 0, text, anchor, rgb, size);
  }

  /** A text turned about its point, by degrees against the clock. */
  void turned(double x, double y, int degrees, String text, Anchor anchor, int rgb, int size);
}
