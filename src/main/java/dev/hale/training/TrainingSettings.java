package dev.hale.training;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.data.prepared.Balance;
import dev.hale.engine.Precision;
import java.util.List;
import java.util.Optional;

/**
 * How to train. Everything random follows from {@code seed} and the step.
 *
 * @param steps optimiser steps, at least 1
 * @param batch images a step, over all processes; at least 1
 * @param microBatch images of a process that go through the network together, at least 1; the
 *     gradient of a step is summed over them, so that it takes memory but changes nothing else
 *     beyond rounding (and the masks of dropout)
 * @param lr peak learning rate of AdamW, above 0
 * @param weightDecay decoupled weight decay, at least 0
 * @param warmup steps over which the rate rises linearly to {@code lr}, at least 0
 * @param schedule how the rate goes on
 * @param ema decays of the averaged weights, each in [0, 1), all different; the first average is
 *     the network that is saved, judged and shown
 * @param gradientClip largest norm of a step's gradient, above 0
 * @param timesteps how noise levels are drawn
 * @param minSnr γ of the min-SNR weighting (Hang et al. 2023), 0 for none
 * @param labelDropout probability that an image is shown to a class-conditional network without its
 *     label, in [0, 1)
 * @param noiseLevels how many of the T noise levels are learned, from the lowest up; at least 4,
 *     and T at most
 * @param balance how often healthy and diseased images come
 * @param precision of the computation; weights, moments, averages and loss stay float32, and so
 *     does all else where bf16 would not be quicker
 * @param checkpointEvery steps between checkpoints, at least 1
 * @param validateEvery steps between validations, 0 for none
 * @param seed of initialisation, order, timesteps, noise and dropout
 */
@JsonNaming(SnakeCaseStrategy.class)
public record TrainingSettings(
    int steps,
    int batch,
    int microBatch,
    double lr,
    double weightDecay,
    int warmup,
    RateSchedule schedule,
    List<Double> ema,
    double gradientClip,
    TimestepSampling timesteps,
    double minSnr,
    double labelDropout,
    int noiseLevels,
    Balance balance,
    Precision precision,
    int checkpointEvery,
    int validateEvery,
    long seed) {
  private static final int NOISE_LEVELS = 1000; // where nothing is said

  public TrainingSettings {
    ema = List.copyOf(ema);
    atLeast("steps", steps, 1);
    atLeast("batch", batch, 1);
    atLeast("micro_batch", microBatch, 1);
    require(lr > 0 && Double.isFinite(lr), "lr", lr, "a number above 0");
    require(weightDecay >= 0 && weightDecay < 1, "weight_decay", weightDecay, "[0, 1)");
    atLeast("warmup", warmup, 0);
    require(!ema.isEmpty(), "ema", ema, "at least one decay");
    require(ema.stream().distinct().count() == ema.size(), "ema", ema, "different decays");
    for (double decay : ema) {
      require(decay >= 0 && decay < 1, "ema", decay, "[0, 1)");
    }
    require(gradientClip > 0, "gradient_clip", gradientClip, "a number above 0");
    require(minSnr >= 0 && Double.isFinite(minSnr), "min_snr", minSnr, "0 or more");
    require(labelDropout >= 0 && labelDropout < 1, "label_dropout", labelDropout, "[0, 1)");
    atLeast("noise_levels", noiseLevels, 4);
    atLeast("checkpoint_every", checkpointEvery, 1);
    atLeast("validate_every", validateEvery, 0);
  }

  /** With another precision. */
  TrainingSettings withPrecision(Precision newPrecision) {
    return with(newPrecision, seed);
  }

  /** With another seed. */
  public TrainingSettings withSeed(long newSeed) {
    return with(precision, newSeed);
  }

  private TrainingSettings with(Precision newPrecision, long newSeed) {
    return new TrainingSettings(
        steps,
        batch,
        microBatch,
        lr,
        weightDecay,
        warmup,
        schedule,
        ema,
        gradientClip,
        timesteps,
        minSnr,
        labelDropout,
        noiseLevels,
        balance,
        newPrecision,
        checkpointEvery,
        validateEvery,
        newSeed);
  }

  private static void atLeast(String name, int value, int least) {
    require(value >= least, name, value, least + " or more");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new TrainingException(
          "training: %s is %s, expected %s".formatted(name, value, expected));
    }
  }

  /**
   * The first setting that only networks of noised images have and that is not what it is where it
   * is left out, such as {@code min_snr is 5.0, expected 0}.
   */
  public Optional<String> noiseSetting() {
    if (labelDropout != 0) {
      return Optional.of("label_dropout is %s, expected 0".formatted(labelDropout));
    } else if (minSnr != 0) {
      return Optional.of("min_snr is %s, expected 0".formatted(minSnr));
    } else if (timesteps != TimestepSampling.UNIFORM) {
      return Optional.of("timesteps is loss_aware, expected uniform");
    } else if (noiseLevels != NOISE_LEVELS) {
      return Optional.of("noise_levels is %d, expected none".formatted(noiseLevels));
    }
    return Optional.empty();
  }

  /** Throws where a setting has no meaning for a network that sees images without noise. */
  void requireCleanImages() {
    noiseSetting()
        .ifPresent(
            setting -> {
              throw new TrainingException(
                  "training: %s: the network sees images without noise".formatted(setting));
            });
  }

  /** The learning rate of a step, counted from 0. */
  double learningRateAt(long step) {
    if (step < warmup) {
      return lr * (step + 1) / warmup;
    }
    if (schedule == RateSchedule.CONSTANT) {
      return lr;
    }
    double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
    return lr * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }

  /** Early on an average follows faster, so that it forgets the random start. */
  static double decayAt(double decay, long step) {
    return Math.min(decay, (1.0 + step) / (10.0 + step));
  }
}
