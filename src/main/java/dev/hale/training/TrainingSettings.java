package dev.hale.training;

/**
 * How to train.
 *
 * @param steps optimiser steps, at least 1
 * @param batchSize images a step, at least 1
 * @param learningRate peak rate of AdamW
 * @param weightDecay decoupled weight decay
 * @param warmup steps of linear warm-up; afterwards the rate falls to a tenth along a cosine
 * @param emaDecay decay of the averaged parameters, in [0, 1)
 * @param gradientClip largest norm of the gradient
 * @param checkpointEvery steps between checkpoints
 * @param seed of initialisation, batches, timesteps and noise
 */
public record TrainingSettings(
    int steps,
    int batchSize,
    double learningRate,
    double weightDecay,
    int warmup,
    double emaDecay,
    double gradientClip,
    int checkpointEvery,
    long seed) {
  public TrainingSettings {
    if (steps < 1 || batchSize < 1 || checkpointEvery < 1) {
      throw new IllegalArgumentException("steps, batch size and checkpoint interval start at 1");
    }
    if (!(learningRate > 0) || emaDecay < 0 || emaDecay >= 1) {
      throw new IllegalArgumentException(
          "learning rate must be positive and EMA decay in [0, 1): %s, %s"
              .formatted(learningRate, emaDecay));
    }
  }

  double learningRateAt(int step) {
    if (step < warmup) {
      return learningRate * (step + 1) / warmup;
    }
    double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
    return learningRate * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }

  /** Early on the average follows faster, so that it forgets the random start. */
  double emaDecayAt(int step) {
    return Math.min(emaDecay, (1.0 + step) / (10.0 + step));
  }
}
