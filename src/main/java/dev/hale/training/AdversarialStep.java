package dev.hale.training;

import dev.hale.training.AdversarialTask.Losses;
import dev.hale.training.StepGradient.Share;
import org.bytedeco.pytorch.Tensor;

/**
 * A step of two networks that learn against each other. Part k of the batch has its images k, k +
 * n, k + 2n, …, where n is the number of parts: whatever the number of processes, it is then the
 * same.
 */
record AdversarialStep(AdversarialTask task, TrainingSettings settings, StepGradient gradients) {
  /** Takes the opponent's steps, and leaves the network's gradient in the state. */
  StepLosses compute(
      TrainingState state, GradientParts gradientParts, Share share, TimestepSampler.Draw draw) {
    int parts = task.opponentSteps();
    if (share.count() % parts != 0) {
      throw new TrainingException(
          "training: a process has %d images of the batch, which do not divide into %d parts, one for each step of the opponent"
              .formatted(share.count(), parts));
    }
    double opponentLoss = 0;
    for (int part = 0; part < parts; part++) {
      state.gradient().zero_();
      float[] losses =
          gradients.gather(
              state,
              gradientParts,
              state.opponent(),
              share.every(part, parts),
              (weights, images, from, cuts) -> {
                Tensor values = task.opponentLosses(weights, images);
                return new Losses(values, values);
              });
      for (float loss : losses) {
        opponentLoss += loss / losses.length / parts;
      }
      state.opponent().clip(settings.gradientClip());
      state.opponent().step(settings.learningRateAt(state.step()), state.step() * parts + part);
    }
    state.gradient().zero_();
    float[] losses =
        gradients.gather(
            state,
            gradientParts,
            state.network(),
            share.every(parts - 1, parts),
            (weights, images, from, cuts) -> task.networkLosses(weights, images));
    int[] timesteps = new int[losses.length];
    double[] weights = new double[losses.length];
    for (int n = 0; n < losses.length; n++) {
      timesteps[n] = draw.timesteps()[n * parts + parts - 1];
      weights[n] = draw.weights()[n * parts + parts - 1];
    }
    return new StepLosses(timesteps, weights, losses, opponentLoss);
  }
}
