package dev.hale.attribution;

import dev.hale.model.ConvCritic;
import dev.hale.model.NoisyClassifier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A differentiable number an image that says how diseased it is; an image's score depends on no
 * other image of its batch.
 */
@FunctionalInterface
public interface Score {
  /**
   * The scores.
   *
   * @param x images {@code [N, C, H, W]} or volumes {@code [N, C, D, H, W]}
   * @return {@code [N]}, larger for diseased
   */
  Tensor of(Tensor x);

  /** The critic's logit. */
  static Score of(ConvCritic critic) {
    return critic::forward;
  }

  /** logit(diseased) - logit(healthy) of images noised to one timestep. */
  static Score of(NoisyClassifier classifier, long timestep) {
    requireTwoClasses(classifier);
    return x -> {
      Tensor timesteps =
          torch
              .full(new long[] {x.size(0)}, new Scalar(timestep))
              .to(x.device(), torch.ScalarType.Long);
      return logOdds(classifier.forward(x, timesteps));
    };
  }

  /**
   * logit(diseased) - logit(healthy) of images noised to timesteps of their own.
   *
   * @param timesteps {@code [N]} int64; the score then takes batches of these N images, or several
   *     copies of that batch one behind the other
   */
  static Score of(NoisyClassifier classifier, Tensor timesteps) {
    requireTwoClasses(classifier);
    long count = timesteps.size(0);
    return x -> {
      if (x.size(0) % count != 0) {
        throw new IllegalArgumentException(
            "timesteps differ: %d images, %d timesteps".formatted(x.size(0), count));
      }
      return logOdds(classifier.forward(x, timesteps.repeat(x.size(0) / count)));
    };
  }

  private static void requireTwoClasses(NoisyClassifier classifier) {
    if (classifier.config().numClasses() != 2) {
      throw new IllegalArgumentException(
          "the classifier has %d classes, expected healthy (0) and diseased (1)"
              .formatted(classifier.config().numClasses()));
    }
  }

  /**
   * Log-odds of diseased against healthy.
   *
   * @param logits {@code [N, 2]}
   * @return {@code [N]}
   */
  static Tensor logOdds(Tensor logits) {
    return logits.select(1, 1).sub(logits.select(1, 0));
  }
}
