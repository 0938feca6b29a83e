package dev.hale.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Shows on standard error how far a long task is. On a terminal one line is redrawn; elsewhere a
 * plain line appears every ten seconds or ten percent. Any thread may call any method.
 */
final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long PLAIN_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long PLAIN_LEAST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final double PLAIN_FRACTION = 0.1;
  private static final int WIDEST_BAR = 30;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Style style;
  private final PrintStream err;
  private final int columns;
  private final LongSupplier nanoTime;
  private final String label;
  private double total;
  private final String unit;
  private final long start;

  private double done;
  private double before;
  private String detail = "";
  private long lastDraw;
  private double lastFraction;
  private boolean closed;

  /** How progress is shown. */
  enum Style {
    /** One line, redrawn. */
    BAR,
    /** A line now and then. */
    PLAIN,
    /** Nothing, but notes still appear. */
    SILENT
  }

  /**
   * Starts the clock and, on a terminal, draws the empty bar.
   *
   * @param label what is being done, such as "Detecting"
   * @param total how many units make up the task; 0 or less where there is nothing to do
   * @param unit what is counted, plural, such as "slices"
   * @param columns width of the terminal in characters
   * @param nanoTime a clock such as {@code System::nanoTime}
   */
  Progress(
      Style style,
      PrintStream err,
      int columns,
      LongSupplier nanoTime,
      String label,
      double total,
      String unit) {
    this.style = style;
    this.err = err;
    this.columns = columns;
    this.nanoTime = nanoTime;
    this.label = label;
    this.total = Math.max(total, 0);
    this.unit = unit;
    this.start = nanoTime.getAsLong();
    this.lastDraw = start;
    if (style == Style.BAR) {
      draw();
    }
  }

  /** Counts further units; fractions are welcome, such as a batch's slices over its steps. */
  synchronized void advance(double units) {
    if (closed) {
      return;
    }
    done = Math.min(done + units, total);
    long sinceDraw = nanoTime.getAsLong() - lastDraw;
    if (style == Style.BAR && sinceDraw >= REDRAW_NANOS) {
      draw();
    } else if (style == Style.PLAIN && sinceDraw >= PLAIN_LEAST_NANOS && done < total) {
      boolean further = fraction() - lastFraction >= PLAIN_FRACTION - 1e-9;
      if (further || sinceDraw >= PLAIN_NANOS) {
        err.println(label + ": " + counts() + percent() + rate() + left() + detail);
        drawn();
      }
    }
  }

  /** Begins in the middle: so much was done in an earlier run, which took time of its own. */
  synchronized void startAt(double units) {
    before = Math.min(units, total);
    done = before;
    lastFraction = fraction();
    if (style == Style.BAR) {
      draw();
    }
  }

  /** What else is shown from now on, such as "loss 0.0213". */
  synchronized void detail(String text) {
    detail = ", " + text;
  }

  /** Sets the position and, where it turns out otherwise than thought, the size of the task. */
  synchronized void moveTo(double position, double newTotal) {
    total = Math.max(newTotal, done);
    advance(Math.max(0, position - done));
  }

  /** Prints a line above the bar, such as the failure of one file. */
  synchronized void note(String text) {
    String line = Printable.of(text);
    if (style == Style.BAR && !closed) {
      err.print(CLEAR_LINE);
      err.println(line);
      draw();
    } else {
      err.println(line);
    }
  }

  /** Replaces the bar by a summary line; does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (style != Style.SILENT) {
      String summary = label + ": " + counts() + " in " + clock(seconds()) + rate() + detail;
      err.println(style == Style.BAR ? CLEAR_LINE + summary : summary);
    }
  }

  private void draw() {
    String tail = "  " + counts() + rate() + left() + detail;
    int room = columns - 1 - label.length() - tail.length() - 2;
    err.print(CLEAR_LINE + fit(label + (room < 5 ? "" : "  " + bar(room)) + tail));
    err.flush();
    drawn();
  }

  private void drawn() {
    lastDraw = nanoTime.getAsLong();
    lastFraction = fraction();
  }

  private String fit(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(columns - 1, 0));
  }

  private String bar(int room) {
    int width = Math.min(room, WIDEST_BAR);
    int filled = (int) Math.floor(fraction() * width + 1e-9);
    return "█".repeat(filled) + "░".repeat(width - filled);
  }

  private double fraction() {
    return total > 0 ? done / total : 1;
  }

  private String counts() {
    // Sums of fractions fall short of the whole by rounding; a finished slice must count.
    long whole = (long) Math.floor(done + 1e-6);
    long all = (long) Math.ceil(total - 1e-6);
    return whole == all && closed ? "%d %s".formatted(all, unit) : whole + "/" + all + " " + unit;
  }

  private String percent() {
    return " (%d %%)".formatted((int) Math.floor(100 * fraction() + 1e-6));
  }

  private double seconds() {
    return (nanoTime.getAsLong() - start) / 1e9;
  }

  private String rate() {
    double seconds = seconds();
    if (seconds <= 0 || done <= before) {
      return "";
    }
    double rate = (done - before) / seconds;
    String number = rate >= 100 ? "%.0f" : rate >= 10 ? "%.1f" : "%.2f";
    return ", " + number.formatted(rate) + " " + unit + "/s";
  }

  private String left() {
    if (done <= before || seconds() <= 0) {
      return "";
    }
    return ", " + clock(seconds() * (total - done) / (done - before)) + " left";
  }

  /** 75 seconds as 1:15, 3,675 as 1:01:15. */
  static String clock(double seconds) {
    long whole = Math.round(Math.max(seconds, 0));
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }
}
