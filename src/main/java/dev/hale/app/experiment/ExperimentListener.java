package dev.hale.app.experiment;

import dev.hale.detection.DetectionProgress;
import dev.hale.training.TrainingListener;
import java.util.function.IntConsumer;

/** Hears how an experiment goes. What is not of interest need not be heard. */
public interface ExperimentListener {
  /** Called with a line worth reading. */
  default void onNote(String line) {}

  /** Called with what may be wrong with the data, perhaps more than once. */
  default void onWarning(String line) {}

  /**
   * Called before data are prepared.
   *
   * @return hears how many of the subjects are finished
   */
  default IntConsumer onPreparation(String title, int subjects) {
    return done -> {};
  }

  /**
   * Called before a network is trained.
   *
   * @return hears how it goes
   */
  default TrainingListener onTraining(String title) {
    return new TrainingListener() {};
  }

  /**
   * Called before a subject is looked at, or a threshold measured.
   *
   * @return hears how many slices are done
   */
  default DetectionProgress onDetection(String title) {
    return DetectionProgress.NONE;
  }

  /** Called after every piece of work that was begun with a title. */
  default void onEnd() {}
}
