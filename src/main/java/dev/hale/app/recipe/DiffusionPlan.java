package dev.hale.app.recipe;

import dev.hale.data.prepared.Balance;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.engine.Precision;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of the diffusion model.
 *
 * @param network layout
 * @param process the forward process, the classifier's too
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how it is trained
 */
public record DiffusionPlan(
    UNetSettings network,
    DiffusionSettings process,
    Optional<Path> initial,
    TrainingSettings training)
    implements TrainingPlan {
  /** What a configuration that is silent gets. */
  public static final DiffusionPlan DEFAULT =
      new DiffusionPlan(
          UNetSettings.DEFAULT,
          DiffusionSettings.DEFAULT,
          Optional.empty(),
          new TrainingSettings(
              2000,
              16,
              8,
              3e-4,
              0.01,
              100,
              RateSchedule.COSINE,
              List.of(0.995),
              1,
              TimestepSampling.UNIFORM,
              0,
              0,
              1000,
              Balance.NONE,
              Precision.FLOAT32,
              200,
              200,
              1));

  public DiffusionPlan {
    process.noiseSchedule(); // throws where there is none of that name
    if (training.labelDropout() > 0 && network.numClasses() == 0) {
      throw new IllegalArgumentException(
          "training.label_dropout is %s, but network.num_classes is 0"
              .formatted(training.labelDropout()));
    }
    if (training.noiseLevels() > process.trainingSteps()) {
      throw new IllegalArgumentException(
          "training.noise_levels is %d, but process.training_steps is %d"
              .formatted(training.noiseLevels(), process.trainingSteps()));
    }
  }

  @Override
  public int context() {
    return network.context();
  }

  /** The same with another seed for the training. */
  DiffusionPlan withSeed(long seed) {
    return new DiffusionPlan(network, process, initial, training.withSeed(seed));
  }
}
