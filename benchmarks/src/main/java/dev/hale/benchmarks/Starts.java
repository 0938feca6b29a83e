package dev.hale.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** CPU-seconds of commands from their first instruction to their end, with their goals. */
final class Starts {
  private static final int RUNS = 5;

  private Starts() {}

  /** Prints a line a command; {@code ./hale} of the working directory must have been built. */
  static void print() {
    line("--help", 0.3);
    line("info", 0.9);
  }

  private static void line(String command, double goal) {
    double[] seconds = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      seconds[run] = cpuSeconds("./hale " + command);
    }
    Arrays.sort(seconds);
    double median = seconds[RUNS / 2];
    System.out.printf(
        Locale.ROOT,
        "%-44s %-24s %7.2f  %-15s %.1f %s%n",
        "CPU-seconds of a start",
        "hale " + command,
        median,
        String.format(Locale.ROOT, "%.2f - %.2f", seconds[RUNS / 4], seconds[3 * RUNS / 4]),
        goal,
        median <= goal ? "met" : "missed");
  }

  private static double cpuSeconds(String command) {
    try {
      Process process =
          new ProcessBuilder(
                  "bash", "-c", "TIMEFORMAT='%U %S'; time " + command + " > /dev/null 2>&1")
              .redirectErrorStream(true)
              .start();
      String[] times =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip()
              .split(" ", 2);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed; has ./hale been built?");
      }
      return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
    } catch (IOException e) {
      throw new IllegalStateException(command + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
