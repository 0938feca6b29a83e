package dev.hale.cli;

import dev.hale.app.detect.Scaling;
import java.util.List;
import java.util.Locale;

/** What {@code hale profile --scaling} prints: a line for each number of workers and threads. */
record ScalingReport(int batchSize, List<Scaling.Row> rows) {
  String text() {
    Table table =
        new Table("workers", "threads each", "slices/s", "ratio", "efficiency", "peak memory");
    for (Scaling.Row row : rows) {
      table.row(
          row.workers(),
          row.threads(),
          number("%.2f", row.slicesPerSecond()),
          number("%.2f", row.ratio()),
          number("%.0f %%", 100 * row.efficiency()),
          row.peakBytes() == null ? null : number("%.0f MiB", row.peakBytes() / 1048576.0));
    }
    return "%s%d slices at a time".formatted(table, batchSize);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
