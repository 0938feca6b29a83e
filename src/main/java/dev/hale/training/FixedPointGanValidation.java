package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.training.FixedPointGanTask.Terms;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * Judges a Fixed-Point GAN by what it does with images whose label it changes, changes back, or
 * leaves: {@code loss} is the sum of the three parts as the generator's losses are weighed. The
 * averaged discriminator says how well the other label shows.
 */
record FixedPointGanValidation(FixedPointGanTask task) implements Validation {
  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public int timestep(int round, int noiseLevels, SplittableRandom random) {
    return 0;
  }

  @Override
  public Tensor measure(Parameters weights, NoisyImages images) {
    return measure(weights, images, 0);
  }

  /** How far the fixed point is, then the cycle, then how well the other label shows. */
  @Override
  public Tensor measure(Parameters weights, NoisyImages images, int round) {
    Terms terms = task.terms(weights, images);
    return switch (round) {
      case 0 -> terms.fixedPoint();
      case 1 -> terms.cycle();
      default -> terms.domain();
    };
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    double fixedPoint = mean(measured[0]);
    double cycle = mean(measured[1]);
    double domain = mean(measured[2]);
    FixedPointLosses weights = task.weights();
    double loss =
        weights.fixedPoint() * fixedPoint + weights.cycle() * cycle + weights.domain() * domain;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss_fixed_point", fixedPoint);
    values.put("loss_cycle", cycle);
    values.put("loss_domain", domain);
    values.put("loss", loss);
    return new Scores(values, loss, false);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
