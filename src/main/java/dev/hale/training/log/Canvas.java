package dev.hale.training.log;

/** What a chart is drawn on; x to the right and y down, in pixels. */
interface Canvas {
  /** Where a text stands relative to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A polyline; NaN breaks it. */
  void line(double[] x, double[] y, int rgb, double width);

  void dot(double x, double y, int rgb, double radius);

  void text(double x, double y, String text, Anchor anchor, int rgb, int size);
}
