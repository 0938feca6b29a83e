package dev.hale.app.recipe;

import dev.hale.attribution.ConstraintSettings;
import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.training.ClassifierTask;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of the classifier.
 *
 * @param network layout
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how it is trained
 * @param constraint on the attributions of healthy images at every noise level; none unless given
 */
public record ClassifierPlan(
    ClassifierSettings network,
    Optional<Path> initial,
    TrainingSettings training,
    Optional<ConstraintSettings> constraint)
    implements TrainingPlan {
  /** What a configuration that is silent gets. */
  public static final ClassifierPlan DEFAULT =
      new ClassifierPlan(
          ClassifierSettings.DEFAULT,
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
              Balance.LABELS,
              Precision.FLOAT32,
              200,
              200,
              1),
          Optional.empty());

  public ClassifierPlan {
    if (training.labelDropout() != 0 || training.minSnr() != 0) {
      throw new IllegalArgumentException(
          "training.%s is for diffusion models, expected 0"
              .formatted(training.minSnr() != 0 ? "min_snr" : "label_dropout"));
    }
    constraint.ifPresent(ClassifierTask::requirePossible);
  }

  @Override
  public int context() {
    return network.context();
  }

  /** The same with another seed for the training. */
  ClassifierPlan withSeed(long seed) {
    return new ClassifierPlan(network, initial, training.withSeed(seed), constraint);
  }
}
