package dev.hale.app.recipe;

import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.Optional;

/** What a configuration says of any network. */
public interface TrainingPlan {
  /** The file of a network of the same layout that the training begins with; drawn where empty. */
  Optional<Path> initial();

  /** How it is trained. */
  TrainingSettings training();

  /** How many slices below and above each the network sees as well. */
  default int context() {
    return 0;
  }
}
