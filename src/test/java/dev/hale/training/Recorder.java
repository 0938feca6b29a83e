package dev.hale.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Notes all that it hears. */
final class Recorder implements TrainingListener {
  final List<StepReport> steps = new ArrayList<>();
  final List<ValidationReport> validations = new ArrayList<>();
  final List<Long> checkpoints = new ArrayList<>();
  long start = -1;

  @Override
  public void onStart(long step, long all) {
    start = step;
  }

  @Override
  public void onStep(StepReport report) {
    steps.add(report);
  }

  @Override
  public void onValidation(ValidationReport report) {
    validations.add(report);
  }

  @Override
  public void onCheckpoint(long step, Path file) {
    checkpoints.add(step);
  }

  List<Double> losses() {
    return steps.stream().map(StepReport::loss).toList();
  }

  double mean(int from, int to) {
    return losses().subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow();
  }
}
