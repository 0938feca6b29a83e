package dev.hale.training;

import dev.hale.engine.Parameters;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/** How a task is judged: each image is noised in several rounds, and a number is measured each. */
public interface Validation {
  /** How often each image is noised. */
  int rounds();

  /** How far an image is noised in a round; one draw an image. */
  int timestep(int round, int noiseLevels, SplittableRandom random);

  /**
   * Measures.
   *
   * @return {@code [N]} float32
   */
  Tensor measure(Parameters weights, NoisyImages images);

  /** Measures, where what is measured differs from round to round; {@code [N]} float32. */
  default Tensor measure(Parameters weights, NoisyImages images, int round) {
    return measure(weights, images);
  }

  /**
   * What the measurements say.
   *
   * @param measured {@code [rounds][images]}
   * @param labels one an image
   */
  Scores scores(float[][] measured, int[] labels, int noiseLevels);

  /**
   * The outcome.
   *
   * @param values by name
   * @param score what checkpoints are chosen by
   * @param higherIsBetter whether a larger score is better
   */
  record Scores(Map<String, Double> values, double score, boolean higherIsBetter) {}
}
