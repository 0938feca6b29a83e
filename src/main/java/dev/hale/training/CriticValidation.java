package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/** Judges a critic by its accuracy and its AUROC on clean images; the score is the AUROC. */
record CriticValidation(CriticConfig network) implements Validation {
  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public int timestep(int round, int noiseLevels, SplittableRandom random) {
    return 0;
  }

  @Override
  public Tensor measure(Parameters weights, NoisyImages images) {
    return new ConvCritic(network, weights).forward(images.x0());
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    LabelRanking ranking = LabelRanking.of(measured[0], labels);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", ranking.accuracy());
    values.put("auroc", ranking.auroc());
    return new Scores(values, ranking.auroc(), true);
  }
}
