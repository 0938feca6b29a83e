package dev.hale.picture.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Panels of curves below each other, over the same steps. */
public record Chart(String title, List<Panel> panels) {
  public static final int WIDTH = 860;
  public static final int LEFT = 64;
  public static final int RIGHT = 16;
  private static final int TOP = 48;
  private static final int GAP = 34;
  private static final int BOTTOM = 30;
  private static final double LETTER = 7.2; // a letter's width at size 12, at most
  private static final int INK = 0x222222;
  private static final Canvas.Stroke GRID = new Canvas.Stroke(0xe4e4e4, 1);
  private static final int PALE = 0x666666;

  /** One coordinate system. */
  public record Panel(String name, int height, boolean mayBeLogarithmic, List<Series> series) {
    public Panel {
      series = List.copyOf(series);
    }

    private ChartAxis axis() {
      return ChartAxis.around(series.stream().map(Series::y).toList(), mayBeLogarithmic);
    }
  }

  private int height() {
    return TOP + BOTTOM + panels.stream().mapToInt(panel -> panel.height() + GAP).sum() - GAP;
  }

  /** The steps that the width stands for. */
  public ChartAxis steps() {
    List<double[]> all = new ArrayList<>();
    panels.forEach(panel -> panel.series().forEach(series -> all.add(series.x())));
    double last = all.stream().flatMapToDouble(Arrays::stream).max().orElse(1);
    return new ChartAxis(0, Math.max(last, 1), false);
  }

  /** The chart as an element {@code svg}. */
  public String svg() {
    SvgCanvas drawing = new SvgCanvas();
    draw(drawing);
    return drawing.svg(WIDTH, height(), title);
  }

  /** Draws the chart into a PNG file, which appears whole or not at all. */
  public void write(Path png) {
    PngCanvas picture = new PngCanvas(WIDTH, height());
    draw(picture);
    picture.write(png);
  }

  private void draw(Canvas canvas) {
    canvas.text(LEFT, 20, title, Canvas.Anchor.START, INK, 15);
    ChartAxis steps = steps();
    int top = TOP;
    for (Panel panel : panels) {
      draw(canvas, panel, steps, top);
      top += panel.height() + GAP;
    }
    canvas.text(WIDTH - RIGHT, height() - 4, "step", Canvas.Anchor.END, PALE, 11);
  }

  private static double x(ChartAxis steps, double step) {
    return LEFT + steps.place(step) * (WIDTH - LEFT - RIGHT);
  }

  private static void draw(Canvas canvas, Panel panel, ChartAxis steps, int top) {
    ChartAxis axis = panel.axis();
    int bottom = top + panel.height();
    for (double tick : axis.ticks()) {
      double y = bottom - axis.place(tick) * panel.height();
      canvas.line(LEFT, y, WIDTH - RIGHT, y, GRID);
      canvas.text(LEFT - 6, y + 4, ChartAxis.label(tick), Canvas.Anchor.END, PALE, 11);
    }
    for (double tick : steps.ticks()) {
      double x = x(steps, tick);
      canvas.line(x, top, x, bottom, GRID);
      canvas.text(x, bottom + 14, ChartAxis.label(tick), Canvas.Anchor.MIDDLE, PALE, 11);
    }
    for (Series series : panel.series()) {
      double[] x = Arrays.stream(series.x()).map(step -> x(steps, step)).toArray();
      double[] y =
          Arrays.stream(series.y())
              .map(value -> bottom - axis.place(value) * panel.height())
              .toArray();
      double width = series.width() == 0 ? 1 : series.width();
      canvas.line(x, y, new Canvas.Stroke(series.rgb(), width));
      for (int i = 0; series.width() == 0 && i < x.length; i++) {
        if (Double.isFinite(y[i])) {
          canvas.dot(x[i], y[i], 3, series.rgb(), 1, "");
        }
      }
    }
    canvas.text(LEFT, top - 5, panel.name(), Canvas.Anchor.START, INK, 12);
    legend(canvas, panel, top - 5);
  }

  /** From the right, in as many rows as it takes; further rows lie over the curves. */
  private static void legend(Canvas canvas, Panel panel, int top) {
    double right = WIDTH - RIGHT;
    double row = top;
    for (int i = panel.series().size() - 1; i >= 0; i--) {
      Series series = panel.series().get(i);
      double width = LETTER * series.label().length();
      if (right - width < LEFT + LETTER * (panel.name().length() + 2)) {
        right = WIDTH - RIGHT;
        row += 15;
      }
      if (!series.label().isEmpty()) {
        canvas.text(right, row, series.label(), Canvas.Anchor.END, series.rgb(), 12);
        right -= width + 14;
      }
    }
  }
}
