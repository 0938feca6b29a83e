package dev.hale.app.recipe;

import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a configuration says of the variational autoencoder, which learns from healthy images alone.
 *
 * @param network layout
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how it is trained; balance is none, because it sees one label
 */
public record VaePlan(VaeSettings network, Optional<Path> initial, TrainingSettings training)
    implements TrainingPlan {
  /** What a configuration that is silent gets. */
  public static final VaePlan DEFAULT =
      new VaePlan(
          VaeSettings.DEFAULT,
          Optional.empty(),
          new TrainingSettings(
              2000,
              16,
              8,
              1e-3,
              0,
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

  public VaePlan {
    training
        .noiseSetting()
        .ifPresent(
            setting -> {
              throw new IllegalArgumentException(
                  "training.%s: the network sees images without noise".formatted(setting));
            });
    if (training.balance() != Balance.NONE) {
      throw new IllegalArgumentException(
          "training.balance is %s, expected none: the network sees healthy images alone"
              .formatted(training.balance().name().toLowerCase(Locale.ROOT)));
    }
  }

  /** The same with another seed for the training. */
  VaePlan withSeed(long seed) {
    return new VaePlan(network, initial, training.withSeed(seed));
  }
}
