package dev.hale.experiment;

import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import dev.hale.training.RateSchedule;
import dev.hale.training.TimestepSampling;
import dev.hale.training.TrainingSettings;
import java.util.List;
import java.util.Locale;

/**
 * What a configuration says of the variational autoencoder, which learns from healthy images alone.
 *
 * @param network layout
 * @param training how it is trained; balance is none, because it sees one label
 */
public record VaePlan(VaeSettings network, TrainingSettings training) {
  /** What a configuration that is silent gets. */
  public static final VaePlan DEFAULT =
      new VaePlan(
          VaeSettings.DEFAULT,
          new TrainingSettings(
              2000,
              16,
              16,
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
              false,
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
}
