package dev.hale.cli;

import dev.hale.app.experiment.ExperimentListener;
import dev.hale.detection.DetectionProgress;
import dev.hale.training.StepReport;
import dev.hale.training.TrainingListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;

/** Shows an experiment's pieces of work, one display after the other. */
final class ExperimentProgress implements ExperimentListener, AutoCloseable {
  private final Output output;
  private final Set<String> warnings = new LinkedHashSet<>();
  private Progress progress;

  ExperimentProgress(Output output) {
    this.output = output;
  }

  @Override
  public void onNote(String line) {
    output.note(line);
  }

  @Override
  public void onWarning(String line) {
    if (warnings.add(line)) {
      output.warn(line);
    }
  }

  /** All warnings, each once. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public IntConsumer onPreparation(String title, int subjects) {
    Progress shown = begin(title, subjects, "subjects");
    return done -> shown.advance(1);
  }

  @Override
  public TrainingListener onTraining(String title) {
    return new TrainingListener() {
      @Override
      public void onStart(long step, long steps) {
        begin(title, (double) steps, "steps").startAt((double) step);
      }

      @Override
      public void onStep(StepReport report) {
        progress.detail(String.format(Locale.ROOT, "loss %.4f", report.loss()));
        progress.advance(1);
      }
    };
  }

  @Override
  public DetectionProgress onDetection(String title) {
    return (done, total) -> {
      if (progress == null) {
        begin(title, total, "slices");
      }
      progress.moveTo(done, total);
    };
  }

  private Progress begin(String title, double total, String unit) {
    close();
    progress = output.progress(title, total, unit);
    return progress;
  }

  @Override
  public void onEnd() {
    close();
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
