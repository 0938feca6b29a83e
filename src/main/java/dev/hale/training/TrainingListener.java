package dev.hale.training;

import java.nio.file.Path;

/** Hears how a training goes, in each process. What is not of interest need not be heard. */
public interface TrainingListener {
  /**
   * Called once, before the first step.
   *
   * @param step steps done already: 0, or those of the checkpoint that it resumes from, so that
   *     logs can drop what came after
   * @param steps steps in all
   */
  default void onStart(long step, long steps) {}

  /** Called after every step. */
  default void onStep(StepReport report) {}

  /** Called after every validation. */
  default void onValidation(ValidationReport report) {}

  /** Called where a picture of samples was written. */
  default void onSamples(long step, Path picture) {}

  /** Called where a checkpoint was written, after the step of that number. */
  default void onCheckpoint(long step, Path file) {}
}
