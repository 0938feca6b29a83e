package dev.hale.training;

import dev.hale.engine.Parameters;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/** Judges a segmenter by its loss against the pseudo-labels of other images. */
record SegmenterValidation(SegmenterTask task) implements Validation {
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
    return task.imageLosses(weights, images, null);
  }

  @Override
  public Scores scores(float[][] measured, int[] labels, int noiseLevels) {
    double sum = 0;
    for (float loss : measured[0]) {
      sum += loss;
    }
    double mean = sum / measured[0].length;
    return new Scores(Map.of("loss", mean), mean, false);
  }
}
