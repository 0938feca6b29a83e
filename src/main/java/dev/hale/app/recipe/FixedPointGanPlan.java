package dev.hale.app.recipe;

import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.training.FixedPointLosses;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of a Fixed-Point GAN.
 *
 * @param network layout of generator and discriminator
 * @param losses how they are weighed, and how often the discriminator learns
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how both are trained; the batch is that of all steps of the discriminator before
 *     one of the generator
 */
public record FixedPointGanPlan(
    FixedPointGanSettings network,
    FixedPointLosses losses,
    Optional<Path> initial,
    TrainingSettings training)
    implements TrainingPlan {
  /** What a configuration that is silent gets. */
  public static final FixedPointGanPlan DEFAULT =
      new FixedPointGanPlan(
          FixedPointGanSettings.DEFAULT,
          FixedPointLosses.DEFAULT,
          Optional.empty(),
          new TrainingSettings(
              1000,
              40,
              8,
              2e-4,
              0,
              0,
              RateSchedule.COSINE,
              List.of(0.99),
              100,
              TimestepSampling.UNIFORM,
              0,
              0,
              1000,
              Balance.LABELS,
              Precision.FLOAT32,
              100,
              100,
              1));

  public FixedPointGanPlan {
    training
        .noiseSetting()
        .ifPresent(
            setting -> {
              throw new IllegalArgumentException(
                  "training.%s: the networks see images without noise".formatted(setting));
            });
    if (training.precision() != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "training.precision is not float32: the gradient penalty differentiates a gradient");
    }
    if (training.batch() % losses.discriminatorSteps() != 0) {
      throw new IllegalArgumentException(
          "training.batch is %d, expected a multiple of losses.discriminator_steps, %d"
              .formatted(training.batch(), losses.discriminatorSteps()));
    }
  }

  /** The same with another seed for the training. */
  FixedPointGanPlan withSeed(long seed) {
    return new FixedPointGanPlan(network, losses, initial, training.withSeed(seed));
  }
}
