package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.training.VaeTask.Terms;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * Judges a variational autoencoder by its evidence lower bound on healthy images, one draw of the
 * code an image: {@code loss} is its negative in the units of {@link VaeTask}, {@code
 * loss_reconstruction} and {@code loss_kl} are its parts before β weighs them.
 */
record VaeValidation(VaeTask task) implements Validation {
  private static final int HEALTHY = 0;

  @Override
  public int rounds() {
    return 2;
  }

  @Override
  public int timestep(int round, int noiseLevels, SplittableRandom random) {
    return 0;
  }

  @Override
  public Tensor measure(Parameters weights, NoisyImages images) {
    return task.terms(weights, images).total(task.network().beta());
  }

  /** The reconstruction error in round 0, the divergence in round 1. */
  @Override
  public Tensor measure(Parameters weights, NoisyImages images, int round) {
    Terms terms = task.terms(weights, images);
    return round == 0 ? terms.reconstruction() : terms.kl();
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    double reconstruction = healthyMean(measured[0], labels);
    double kl = healthyMean(measured[1], labels);
    double loss = reconstruction + task.network().beta() * kl;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss_reconstruction", reconstruction);
    values.put("loss_kl", kl);
    values.put("loss", loss);
    return new Scores(values, loss, false);
  }

  private static double healthyMean(float[] measured, int[] labels) {
    double sum = 0;
    int count = 0;
    for (int n = 0; n < measured.length; n++) {
      if (labels[n] == HEALTHY) {
        sum += measured[n];
        count++;
      }
    }
    return sum / count;
  }
}
