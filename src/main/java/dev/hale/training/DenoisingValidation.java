package dev.hale.training;

import dev.hale.diffusion.GaussianDiffusion.Losses;
import dev.hale.engine.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * Judges a diffusion model by its mean squared error in each quarter of the timesteps, one timestep
 * an image and quarter; the score is the mean of the four.
 */
record DenoisingValidation(DiffusionTask task) implements Validation {
  @Override
  public int rounds() {
    return 4;
  }

  @Override
  public int timestep(int round, int noiseLevels, SplittableRandom random) {
    return random.nextInt(round * noiseLevels / 4, (round + 1) * noiseLevels / 4);
  }

  @Override
  public Tensor measure(Parameters weights, NoisyImages images) {
    Losses losses = task.parts(weights, images, null);
    return losses.mse();
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    Map<String, Double> values = new LinkedHashMap<>();
    double sum = 0;
    for (int quarter = 0; quarter < rounds(); quarter++) {
      double mean = 0;
      for (float loss : measured[quarter]) {
        mean += loss / measured[quarter].length;
      }
      values.put("loss_q" + (quarter + 1), mean);
      sum += mean;
    }
    double score = sum / rounds();
    values.put("loss", score);
    return new Scores(values, score, false);
  }
}
