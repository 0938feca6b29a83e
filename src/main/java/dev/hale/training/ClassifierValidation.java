package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.evaluation.Ranking;
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
    Tensor logits = task.logits(weights, images, false);
    return logits.select(1, 1).sub(logits.select(1, 0));
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    byte[] diseased = new byte[labels.length];
    for (int n = 0; n < labels.length; n++) {
      diseased[n] = (byte) labels[n];
    }
    Map<String, Double> values = new LinkedHashMap<>();
    double sum = 0;
    for (int round = 0; round < rounds(); round++) {
      int right = 0;
      boolean finite = true;
      for (int n = 0; n < labels.length; n++) {
        right += (measured[round][n] > 0 ? 1 : 0) == labels[n] ? 1 : 0;
        finite &= Float.isFinite(measured[round][n]);
      }
      // Log-odds that are no numbers rank nothing.
      double auroc = finite ? Ranking.auroc(measured[round], diseased) : Double.NaN;
      String level = "_t" + timestep(round, noiseLevels, null);
      values.put("accuracy" + level, (double) right / labels.length);
      values.put("auroc" + level, auroc);
      sum += auroc;
    }
    double score = sum / rounds();
    values.put("auroc", score);
    return new Scores(values, score, true);
  }
}
