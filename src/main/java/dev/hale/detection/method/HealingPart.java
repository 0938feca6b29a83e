package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.Serializable;

/**
 * How a diffusion model makes new what a network marks.
 *
 * @param chain of the pixels inside the gate
 * @param encodingLabel class that the network is told while encoding
 * @param difference the channels whose spread is the uncertainty, and how a method shows what
 *     differs whose map that is
 * @param levels what calibration measures; null before
 */
@JsonNaming(SnakeCaseStrategy.class)
public record HealingPart(
    HealingSettings chain, int encodingLabel, Difference difference, GateLevels levels)
    implements Serializable {
  public HealingPart {
    if (chain == null || difference == null) {
      throw new IllegalArgumentException("healing needs chain and difference");
    }
  }

  /** As a configuration has it: regeneration's chain, and what all diffusion models share. */
  static HealingPart of(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    return new HealingPart(
        RegenerationMethod.chain(recipe).healing(),
        shared.encodingLabel(),
        shared.difference(),
        null);
  }

  /** Made new once, whatever is left. */
  HealingPart once() {
    return new HealingPart(chain.once(), encodingLabel, difference, levels);
  }

  /** With what calibration measured. */
  HealingPart withLevels(GateLevels measured) {
    return new HealingPart(chain, encodingLabel, difference, measured);
  }

  /** With another number of samples. */
  HealingPart withSamples(int count) {
    return new HealingPart(chain.withSamples(count), encodingLabel, difference, levels);
  }
}
