package dev.hale.training;

import dev.hale.attribution.Score;
import dev.hale.engine.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * Judges a classifier by its accuracy and its AUROC at five noise levels, the middles of as many
 * equal parts; the score is the mean AUROC.
 */
record ClassifierValidation(ClassifierTask task) implements Validation {
  @Override
  public int rounds() {
    return 5;
  }

  @Override
  public int timestep(int round, int noiseLevels, SplittableRandom random) {
    return (2 * round + 1) * noiseLevels / (2 * rounds());
  }

  /** Log-odds of diseased against healthy. */
  @Override
  public Tensor measure(Parameters weights, NoisyImages images) {
    return Score.logOdds(task.logits(weights, images, null));
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    Map<String, Double> values = new LinkedHashMap<>();
    double sum = 0;
    for (int round = 0; round < rounds(); round++) {
      LabelRanking ranking = LabelRanking.of(measured[round], labels);
      String level = "_t" + timestep(round, noiseLevels, null);
      values.put("accuracy" + level, ranking.accuracy());
      values.put("auroc" + level, ranking.auroc());
      sum += ranking.auroc();
    }
    double score = sum / rounds();
    values.put("auroc", score);
    return new Scores(values, score, true);
  }
}
