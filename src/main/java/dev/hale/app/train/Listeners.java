package dev.hale.app.train;

import dev.hale.training.StepReport;
import dev.hale.training.TrainingListener;
import dev.hale.training.ValidationReport;
import java.nio.file.Path;
import java.util.List;

/** Tells several listeners, in order. */
record Listeners(List<TrainingListener> all) implements TrainingListener {
  @Override
  public void onStart(long step, long steps) {
    all.forEach(listener -> listener.onStart(step, steps));
  }

  @Override
  public void onStep(StepReport report) {
    all.forEach(listener -> listener.onStep(report));
  }

  @Override
  public void onValidation(ValidationReport report) {
    all.forEach(listener -> listener.onValidation(report));
  }

  @Override
  public void onSamples(long step, Path picture) {
    all.forEach(listener -> listener.onSamples(step, picture));
  }

  @Override
  public void onCheckpoint(long step, Path file) {
    all.forEach(listener -> listener.onCheckpoint(step, file));
  }
}
