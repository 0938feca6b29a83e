package dev.hale.training;

import dev.hale.attribution.AttributionConstraint;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.attribution.Score;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The attribution constraint as a part of each image's loss, so that the mean over a batch is the
 * classification's mean plus λ times the constraint's mean over the healthy images, however the
 * batch is divided.
 */
final class HealthyPenalty {
  private HealthyPenalty() {}

  /**
   * Adds the constraint to the losses of the healthy images.
   *
   * @param losses {@code [N]}
   * @param x images that the attributions are of
   * @param score of the images of these indices {@code [M]} int64
   * @return {@code [N]}
   */
  static Tensor add(
      ConstraintSettings settings,
      Tensor losses,
      Tensor x,
      Tensor labels,
      StepContext step,
      Function<Tensor, Score> score) {
    double weight = settings.weightAt(step.step());
    Tensor healthy = AttributionConstraint.healthy(labels);
    if (weight == 0 || healthy.size(0) == 0) {
      return losses;
    }
    Tensor penalties =
        settings
            .constraint(x, step.seed())
            .penalties(score.apply(healthy), x.index_select(0, healthy), null);
    return losses.index_add(0, healthy, penalties.mul(new Scalar(weight / step.healthyShare())));
  }
}
