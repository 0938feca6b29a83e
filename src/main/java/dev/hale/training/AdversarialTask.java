package dev.hale.training;

import dev.hale.engine.Parameters;
import org.bytedeco.pytorch.Tensor;

/**
 * A network learns against an opponent that learns, too, such as a generator against a
 * discriminator. The weights are those of both. A step has a batch of {@link #opponentSteps} equal
 * parts: the opponent takes a step of its optimiser with each, then the network takes one with the
 * last. Both have their own moments and the same learning rate. Only the network is saved; its
 * opponent is in the checkpoints.
 */
public interface AdversarialTask extends Task {
  /** Whether a parameter of that name is the opponent's; those come after all others. */
  boolean isOpponents(String name);

  /** Steps that the opponent takes before each of the network's, at least 1. */
  int opponentSteps();

  /** β₁ of both optimisers. */
  double beta1();

  /**
   * What the opponent minimises, for each image.
   *
   * @param weights of both
   * @return {@code [N]} float32
   */
  Tensor opponentLosses(Parameters weights, NoisyImages images);

  /** What the network minimises, for each image; no gradient may reach the opponent's weights. */
  Losses networkLosses(Parameters weights, NoisyImages images);

  /**
   * Losses of images, {@code [N]} float32 each.
   *
   * @param minimised what the gradient is of
   * @param reported what of it says how good the network is: 0 or more, and comparable from step to
   *     step, which what an opponent that changes says of it is not
   */
  record Losses(Tensor minimised, Tensor reported) {}

  @Override
  default Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    return networkLosses(weights, images).minimised();
  }
}
