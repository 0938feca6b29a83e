package dev.hale.app.recipe;

import dev.hale.attribution.ConstraintSettings;
import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration says of the critic. Its images are clean: of the training, {@code
 * noise_levels} means nothing, and what else is about noise may not be set.
 *
 * @param network layout
 * @param initial the file of a network of this layout whose weights the training begins with; where
 *     empty, weights are drawn
 * @param training how it is trained
 * @param constraint on the attributions of healthy images
 */
public record CriticPlan(
    CriticSettings network,
    Optional<Path> initial,
    TrainingSettings training,
    ConstraintSettings constraint)
    implements TrainingPlan {
  private static final long OTHER_SEED = 1000;

  /** What a section that is silent gets. */
  public static final CriticPlan DEFAULT =
      new CriticPlan(
          CriticSettings.DEFAULT,
          Optional.empty(),
          new TrainingSettings(
              1000,
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
          ConstraintSettings.DEFAULT);

  public CriticPlan {
    if (training.labelDropout() != 0 || training.minSnr() != 0) {
      throw new IllegalArgumentException(
          "training.%s is for diffusion models, expected 0"
              .formatted(training.minSnr() != 0 ? "min_snr" : "label_dropout"));
    }
    if (training.timesteps() != TimestepSampling.UNIFORM) {
      throw new IllegalArgumentException(
          "training.timesteps is for noised images, a critic's are clean; leave it out");
    }
  }

  @Override
  public int context() {
    return network.context();
  }

  /** The same without the attribution constraint. */
  public CriticPlan unconstrained() {
    return new CriticPlan(network, initial, training, constraint.off());
  }

  /** Another critic of the same kind, half as wide again, from another seed. */
  CriticPlan other() {
    List<Integer> wider = network.filters().stream().map(filters -> (3 * filters + 1) / 2).toList();
    return new CriticPlan(
        network.withFilters(wider),
        Optional.empty(),
        training.withSeed(training.seed() + OTHER_SEED),
        constraint);
  }

  /** The same with another seed for the training. */
  CriticPlan withSeed(long seed) {
    return new CriticPlan(network, initial, training.withSeed(seed), constraint);
  }
}
