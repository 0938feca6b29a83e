package dev.hale.experiment;

import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.Optional;

/** What a configuration says of any network. */
sealed interface TrainingPlan
    permits ClassifierPlan, CriticPlan, DiffusionPlan, FixedPointGanPlan, VaePlan {
  /** The file of a network of the same layout that the training begins with; drawn where empty. */
  Optional<Path> initial();

  /** How it is trained. */
  TrainingSettings training();

  /** The same with another seed for the training. */
  TrainingPlan withSeed(long seed);
}
