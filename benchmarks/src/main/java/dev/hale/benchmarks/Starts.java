package dev.hale.benchmarks;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.io.Nifti;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** CPU-seconds of commands from their first instruction to their end, with their goals. */
final class Starts {
  private static final int RUNS = 5;
  private static final long SEED = 5;

  private Starts() {}

  /** Prints a line a command; {@code ./hale} of the working directory must have been built. */
  static void print() {
    line("hale --help", "--help", 0.3);
    line("hale info", "info", 0.9);
    Path folder = slice();
    String found = folder.resolve("found").toString();
    line(
        "hale detect, one slice",
        "detect --overwrite --method combined-fusion --batch 1 --model models/demo %s --out %s"
            .formatted(folder.resolve("scan"), found),
        3);
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder with a scan of one slice. */
  private static Path slice() {
    Scan whole = Phantom.subject(Pathology.GLIOMA, SEED).scan();
    Grid grid = whole.grid();
    int pixels = grid.nx() * grid.ny();
    int middle = grid.nz() / 2;
    double[] side = grid.spacing();
    Grid one = Grid.ofSpacing(grid.nx(), grid.ny(), 1, side[0], side[1], side[2]);
    try {
      Path folder = Files.createTempDirectory("hale-starts");
      Path scan = Files.createDirectory(folder.resolve("scan"));
      for (int c = 0; c < whole.channels().size(); c++) {
        float[] slice =
            Arrays.copyOfRange(whole.channel(c), middle * pixels, (middle + 1) * pixels);
        Nifti.writeMap(scan.resolve(whole.channels().get(c) + ".nii.gz"), one, slice);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void line(String title, String command, double goal) {
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
        title,
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
