package dev.hale.cli;

import dev.hale.app.detect.BatchDetection;
import dev.hale.app.detect.DetectionOutcome;
import dev.hale.app.detect.DetectionOutcome.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a batch shows: slices done while it runs, a table and the failures at the end. */
final class DetectReport implements BatchDetection.Listener, AutoCloseable {
  private final Output output;
  private final int scans;
  private Progress progress;
  private final Map<Integer, Double> done = new HashMap<>();
  private final Map<Integer, Integer> slices = new HashMap<>();
  private int withoutSlices;

  DetectReport(Output output, int scans) {
    this.output = output;
    this.scans = scans;
  }

  @Override
  public void onSlices(int scan, double doneOfScan, int total) {
    done.put(scan, doneOfScan);
    slices.put(scan, total);
    int begun = slices.values().stream().mapToInt(Integer::intValue).sum();
    int left = Math.max(0, scans - withoutSlices - slices.size());
    double all = begun + left * ((double) begun / slices.size());
    if (progress == null) {
      progress = output.progress("Detecting", all, "slices");
    }
    progress.moveTo(done.values().stream().mapToDouble(Double::doubleValue).sum(), all);
  }

  @Override
  public void onSkipped(DetectionOutcome outcome, List<String> differences) {
    withoutSlices++;
    if (!differences.isEmpty()) {
      output.warn(
          "%s was made on another device or by another version (%s) and is kept; --overwrite makes it anew"
              .formatted(outcome.folder(), String.join("; ", differences)));
    }
  }

  @Override
  public void onFailure(String name, Throwable error) {
    withoutSlices++;
    String line = "%s failed".formatted(name);
    if (progress == null) {
      output.note(line);
    } else {
      progress.note(line);
    }
    output.trace(error);
  }

  /** Ends the progress display. */
  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }

  /** Prints the outcomes, then the failures on standard error; answers with the exit code. */
  static int print(Output output, List<DetectionOutcome> outcomes) {
    output.print(outcomes, () -> table(outcomes));
    output.warn(outcomes.stream().flatMap(outcome -> outcome.warnings().stream()));
    List<DetectionOutcome> failures =
        outcomes.stream().filter(outcome -> outcome.status() == Status.FAILED).toList();
    if (failures.isEmpty()) {
      return ExitCode.OK.code();
    }
    failures.forEach(
        failure -> output.error("%s failed: %s".formatted(failure.name(), failure.error())));
    if (outcomes.size() > 1) {
      output.error("%d of %d scans failed".formatted(failures.size(), outcomes.size()));
    }
    return (failures.size() < outcomes.size() ? ExitCode.PARTIAL : ExitCode.DATA).code();
  }

  private static String table(List<DetectionOutcome> outcomes) {
    Table table = new Table("scan", "status", "score", "lesion ml", "slices", "seconds", "folder");
    for (DetectionOutcome outcome : outcomes) {
      boolean failed = outcome.status() == Status.FAILED;
      table.row(
          outcome.name(),
          switch (outcome.status()) {
            case DONE -> "done";
            case SKIPPED -> "skipped";
            case FAILED -> "failed";
          },
          failed ? null : "%.3f".formatted(outcome.imageScore()),
          outcome.lesionVolumeMl() == null ? null : "%.1f".formatted(outcome.lesionVolumeMl()),
          outcome.slices(),
          failed ? null : "%.1f".formatted(outcome.seconds()),
          outcome.folder());
    }
    return table.toString();
  }
}
