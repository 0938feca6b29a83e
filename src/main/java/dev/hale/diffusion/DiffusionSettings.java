package dev.hale.diffusion;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.stream.IntStream;

/**
 * The forward process that a network was trained for; travels with its weights.
 *
 * @param schedule of the noise: {@code linear} or {@code cosine}
 * @param trainingSteps T: how many noise levels there are, at least 1
 * @param prediction what the network predicts
 * @param variance of the steps back
 */
@JsonNaming(SnakeCaseStrategy.class)
public record DiffusionSettings(
    String schedule, int trainingSteps, Prediction prediction, Variance variance) {
  /** As published by Ho et al. 2020, with the posterior's variance. */
  public static final DiffusionSettings DEFAULT =
      new DiffusionSettings("linear", 1000, Prediction.EPSILON, Variance.FIXED_SMALL);

  /** β_t. */
  @JsonIgnore
  public NoiseSchedule noiseSchedule() {
    return NoiseSchedule.named(schedule, trainingSteps);
  }

  /** The chain of all T steps, as in training. */
  @JsonIgnore
  public DiffusionChain fullChain() {
    return new DiffusionChain(noiseSchedule(), IntStream.range(0, trainingSteps).toArray());
  }
}
