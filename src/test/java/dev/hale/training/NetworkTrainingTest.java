package dev.hale.training;

import static dev.hale.model.TensorAssert.assertIdentical;
import static dev.hale.model.TensorAssert.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.TinyNetworks;
import dev.hale.model.UNetConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both trainings on tiny networks and images that can be learnt in seconds. */
class NetworkTrainingTest {
  private final Scope scope = new Scope();
  private int threads;

  /** One thread: sums are then always taken in the same order. */
  @BeforeEach
  void useOneThread() {
    threads = torch.get_num_threads();
    Engine.setThreads(1);
  }

  @AfterEach
  void restore() {
    Engine.setThreads(threads);
    scope.close();
  }

  private static TrainingSettings settings(int steps, long seed) {
    TinyTraining tiny = new TinyTraining();
    tiny.steps = steps;
    tiny.seed = seed;
    tiny.checkpointEvery = 1000;
    return tiny.settings();
  }

  private static DiffusionSettings diffusion(Prediction prediction, Variance variance) {
    return new DiffusionSettings("linear", 1000, prediction, variance);
  }

  /** Four images: two of a dark grey, labelled 0, two of a light one, labelled 1. */
  private static TrainingImages images() {
    Tensor dark = torch.full(new long[] {2, 1, 8, 8}, new Scalar(-0.7));
    return new TrainingImages(
        torch.cat(new TensorVector(dark, dark.neg()), 0), new int[] {0, 0, 1, 1});
  }

  private static final class Losses implements TrainingLoop.Listener {
    final List<Double> values = new ArrayList<>();

    @Override
    public void onStep(int step, double loss) {
      values.add(loss);
    }

    @Override
    public void onCheckpoint(int step, Parameters average) {}

    double mean(int from, int to) {
      return values.subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow();
    }
  }

  private static Parameters trainDiffusion(
      int steps, long seed, Prediction prediction, Variance variance, Losses losses) {
    UNetConfig network =
        new UNetConfig(
            TinyNetworks.withDropout(TinyNetworks.backbone(8, 1), 0.05),
            2,
            variance == Variance.LEARNED_RANGE);
    return new DiffusionTraining(network, diffusion(prediction, variance), settings(steps, seed))
        .train(images(), losses);
  }

  @ParameterizedTest
  @CsvSource({"EPSILON, LEARNED_RANGE", "V, FIXED_SMALL"})
  void theDenoiserLearnsConstantImages(Prediction prediction, Variance variance) {
    Losses losses = new Losses();
    trainDiffusion(40, 1, prediction, variance, losses).close();
    assertEquals(40, losses.values.size());
    double first = losses.mean(0, 4);
    double last = losses.mean(32, 40);
    assertTrue(last < first / 2, "loss from %s to %s".formatted(first, last));
  }

  @Test
  void theClassifierLearnsTwoGreys() {
    Losses losses = new Losses();
    ClassifierConfig network =
        new ClassifierConfig(TinyNetworks.backbone(8, 1), ClassifierConfig.Pool.ATTENTION, 2);
    // The cosine schedule leaves the greys visible at most levels.
    var diffusion = new DiffusionSettings("cosine", 1000, Prediction.EPSILON, Variance.FIXED_SMALL);
    new ClassifierTraining(network, diffusion, settings(60, 1), 1000)
        .train(images(), losses)
        .close();
    double first = losses.mean(0, 4);
    double last = losses.mean(45, 60);
    assertTrue(last < first / 2, "loss from %s to %s".formatted(first, last));
  }

  @Test
  void trainingIsDecidedByItsSeed() {
    Losses one = new Losses();
    Losses again = new Losses();
    Losses other = new Losses();
    try (Parameters first = trainDiffusion(3, 7, Prediction.EPSILON, Variance.FIXED_SMALL, one);
        Parameters second = trainDiffusion(3, 7, Prediction.EPSILON, Variance.FIXED_SMALL, again);
        Parameters third = trainDiffusion(3, 8, Prediction.EPSILON, Variance.FIXED_SMALL, other)) {
      assertEquals(one.values, again.values);
      for (String name : first.names()) {
        assertIdentical(first.get(name), second.get(name));
      }
      String weight = "input_blocks.0.0.weight";
      assertTrue(largestDifference(first.get(weight), third.get(weight)) > 1e-3);
    }
  }

  @Test
  void batchesAreDrawnWithTheirLabelsAndMirrored() {
    Tensor ramp = torch.arange(new Scalar(4)).to(torch.ScalarType.Float);
    Tensor rows =
        torch.cat(
            new TensorVector(
                ramp.reshape(1, 1, 1, 4),
                ramp.add(new Scalar(10), new Scalar(1)).reshape(1, 1, 1, 4)),
            0);
    var batch = new TrainingImages(rows, new int[] {0, 1}).draw(200, new SplittableRandom(1));
    int mirrored = 0;
    int diseased = 0;
    for (int n = 0; n < 200; n++) {
      long label = batch.labels().select(0, n).item_long();
      Tensor image = batch.images().select(0, n).reshape(4);
      double left = image.select(0, 0).item_double() - 10 * label;
      double right = image.select(0, 3).item_double() - 10 * label;
      assertEquals(3, left + right);
      mirrored += left > right ? 1 : 0;
      diseased += (int) label;
    }
    // Fair coins: 100 of 200, 4 standard deviations are 28.
    assertEquals(100, mirrored, 28);
    assertEquals(100, diseased, 28);
  }

  @Test
  void imagesWithoutTheirLabelsAreRefused() {
    Tensor two = torch.zeros(2, 1, 4, 4);
    assertEquals(
        "2 images but 3 labels",
        assertThrows(TrainingException.class, () -> new TrainingImages(two, new int[3]))
            .getMessage());
    assertEquals(2, images().diseased());
  }
}
