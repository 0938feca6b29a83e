package dev.hale.attribution;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * How strongly which attributions are constrained while a network learns.
 *
 * @param weight λ, what the constraint's loss counts beside the classification's; at least 0, 0 for
 *     none
 * @param ramp steps over which λ rises linearly to {@code weight}, at least 0, 0 for at once
 * @param scale k of the penalty of k·A, above 0; see {@link AttributionConstraint}
 * @param penalty what a voxel with attribution A costs
 * @param attributions that are constrained, each counting the same; at least one
 * @param samples gradients an image where an attribution takes several, at least 1; 1 is the
 *     paper's choice for expected gradients, whose references are then the other images of the
 *     batch
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ConstraintSettings(
    double weight,
    int ramp,
    double scale,
    Cost penalty,
    List<AttributionMethod> attributions,
    int samples) {
  /** The gradient, λ = 1 from the start, k = 100. */
  public static final ConstraintSettings DEFAULT =
      new ConstraintSettings(1, 0, 100, Cost.SOFTPLUS, List.of(AttributionMethod.GRADIENT), 1);

  public ConstraintSettings {
    attributions = List.copyOf(attributions);
    require(weight >= 0 && Double.isFinite(weight), "weight", weight, "0 or more");
    require(ramp >= 0, "ramp", ramp, "0 or more");
    require(scale > 0 && Double.isFinite(scale), "scale", scale, "a number above 0");
    require(!attributions.isEmpty(), "attributions", attributions, "at least one");
    require(samples >= 1, "samples", samples, "1 or more");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s, expected %s".formatted(name, value, expected));
    }
  }

  /** The same with λ = 0: no constraint. */
  public ConstraintSettings off() {
    return new ConstraintSettings(0, 0, scale, penalty, attributions, samples);
  }

  /** λ at a step, counted from 0. */
  public double weightAt(long step) {
    return step + 1 < ramp ? weight * (step + 1) / ramp : weight;
  }

  /**
   * The constraint of a step.
   *
   * @param references of expected gradients
   * @param seed of what is drawn at this step
   */
  public AttributionConstraint constraint(Tensor references, long seed) {
    return new AttributionConstraint(
        attributions.stream()
            .map(method -> method.attribution(samples, references, n -> seed + n, 0))
            .toList(),
        penalty,
        scale);
  }
}
