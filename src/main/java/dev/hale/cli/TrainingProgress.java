package dev.hale.cli;

import dev.hale.app.train.TrainingRun;
import dev.hale.training.StepReport;
import dev.hale.training.TrainingListener;
import dev.hale.training.ValidationReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Shows how a training goes: the loss of late, images a second, time left; validations as notes.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final double FORGETTING = 0.02; // the shown loss follows the last fifty steps

  private final Output output;
  private final boolean validates;
  private final long start = System.nanoTime();
  private Progress progress;
  private long first;
  private long last;
  private double loss = Double.NaN;
  private double rate = Double.NaN;
  private ValidationReport best;

  /**
   * @param validates whether this process's validations are to be told: one of several tells them
   */
  TrainingProgress(Output output, boolean validates) {
    this.output = output;
    this.validates = validates;
  }

  @Override
  public void onStart(long step, long steps) {
    if (step > 0) {
      output.note("Going on after step " + step);
    }
    first = step;
    last = step;
    progress = output.progress("Training", (double) steps, "steps");
    progress.startAt((double) step);
  }

  @Override
  public void onStep(StepReport report) {
    last = report.step();
    boolean begins = last == first + 1;
    double weight = Math.max(FORGETTING, 1.0 / (double) (last - first));
    loss = begins ? report.loss() : loss + weight * (report.loss() - loss);
    rate = begins ? report.imagesPerSecond() : rate + weight * (report.imagesPerSecond() - rate);
    progress.detail(String.format(Locale.ROOT, "loss %.4f, %.1f images/s", loss, rate));
    progress.advance(1);
  }

  @Override
  public void onValidation(ValidationReport report) {
    StringBuilder line = new StringBuilder("step %d: validation".formatted(report.step()));
    report
        .values()
        .forEach(
            (name, value) -> {
              if (!name.contains("_")) { // the rest is by noise level, and in the logs
                line.append(String.format(Locale.ROOT, " %s %.4f", name, value));
              }
            });
    if (report.best()) {
      best = report;
      line.append(", the best so far");
    }
    if (validates) {
      progress.note(line.toString());
    }
  }

  /** What {@code --json} prints. */
  Map<String, Object> result(TrainingRun run) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("network", run.file());
    result.put("folder", run.folder());
    result.put("steps", last);
    result.put("loss", loss);
    result.put("seconds", (System.nanoTime() - start) / 1e9);
    result.put("bestStep", best == null ? null : best.step());
    result.put("validation", best == null ? null : best.values());
    return result;
  }

  String text(TrainingRun run) {
    Path folder = run.folder();
    return "Wrote %s. Curves: %s".formatted(run.file(), folder.resolve("loss.html"));
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
