package dev.hale.training;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How the losses of a {@link FixedPointGanTask} are weighed, beside the adversarial one, which
 * counts 1. The published weights (Siddiquee et al. 2019, section 3) are the defaults.
 *
 * @param domain of the label that the discriminator sees, λ_domain, 0 or more
 * @param cycle of the way to the other label and back, λ_cyc, 0 or more
 * @param fixedPoint of the image that has its label already, λ_id, 0 or more
 * @param gradientPenalty of the discriminator, λ_gp, 0 or more
 * @param discriminatorSteps before each of the generator's, at least 1
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FixedPointLosses(
    double domain,
    double cycle,
    double fixedPoint,
    double gradientPenalty,
    int discriminatorSteps) {
  /** What a configuration that is silent gets. */
  public static final FixedPointLosses DEFAULT = new FixedPointLosses(1, 10, 10, 10, 5);

  public FixedPointLosses {
    weight("domain", domain);
    weight("cycle", cycle);
    weight("fixed_point", fixedPoint);
    weight("gradient_penalty", gradientPenalty);
    if (discriminatorSteps < 1) {
      throw new TrainingException(
          "losses: discriminator_steps is %d, expected 1 or more".formatted(discriminatorSteps));
    }
  }

  private static void weight(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new TrainingException("losses: %s is %s, expected 0 or more".formatted(name, value));
    }
  }
}
