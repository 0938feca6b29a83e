package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.attribution.Gradient;
import dev.hale.attribution.Score;
import dev.hale.data.prepared.Batch;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.model.ConvCritic;
import dev.hale.model.NetworkFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Critics and classifiers that learn under the attribution constraint. */
@Tag("slow")
class ConstrainedTrainingTest {
  private static final ConstraintSettings NONE = weighted(0, 0);

  @TempDir Path folder;

  private static ConstraintSettings weighted(double weight, int ramp) {
    return new ConstraintSettings(
        weight, ramp, 100, Cost.SOFTPLUS, List.of(AttributionMethod.GRADIENT), 1);
  }

  private Recorder train(TinyTraining training, Task task, String name) {
    Recorder recorder = new Recorder();
    training
        .trainer(task, TrainingFolder.of(folder, name), recorder)
        .run(GreyBatches.of(training.batch), Start.FRESH)
        .close();
    return recorder;
  }

  @Test
  void aCriticLearnsTwoGreysAndItsHealthyAttributionsStayLow() {
    TinyTraining training = new TinyTraining();
    training.steps = 80;
    training.checkpointEvery = 80;
    Recorder plain = train(training, training.critic(NONE), "plain");
    assertTrue(plain.mean(60, 80) < plain.mean(0, 4) / 2, "it learns nothing");
    assertEquals(0, plain.steps.get(0).quarters().length);
    train(training, training.critic(weighted(1, 0)), "constrained");
    double free = healthyGradient("plain");
    double constrained = healthyGradient("constrained");
    assertTrue(constrained < free / 2, "from %s to %s".formatted(free, constrained));
  }

  /** Mean over the voxels of healthy images of what speaks for disease. */
  private double healthyGradient(String name) {
    try (GreyBatches batches = new GreyBatches(8, 0, 1, 1000);
        NetworkFile file = NetworkFile.readCritic(TrainingFolder.of(folder, name).network());
        Scope scope = new Scope()) {
      Batch batch = batches.next();
      ConvCritic critic = file.critic();
      Tensor x = Tensors.of(new float[][] {batch.images()}, 0, 1, 8, 1, 8, 8);
      float[] gradient = Tensors.values(new Gradient().of(Score.of(critic), x));
      double sum = 0;
      int count = 0;
      for (int n = 0; n < 8; n++) {
        for (int v = 0; v < 64 && batch.labels()[n] == 0; v++, count++) {
          sum += Math.max(0, gradient[n * 64 + v]);
        }
      }
      return sum / count;
    }
  }

  @Test
  void theLossIsTheBatchesHoweverItIsDivided() {
    TinyTraining training = new TinyTraining();
    training.steps = 6;
    List<Double> whole = train(training, training.critic(weighted(1, 0)), "whole").losses();
    List<Double> noisy = train(training, training.classifier(weighted(1, 0)), "noisy").losses();
    training.microBatch = 3;
    List<Double> parts = train(training, training.critic(weighted(1, 0)), "parts").losses();
    List<Double> noisyParts =
        train(training, training.classifier(weighted(1, 0)), "noisy parts").losses();
    for (int step = 0; step < 6; step++) {
      double near = step == 0 ? 1e-5 : 2e-2; // AdamW makes large steps of rounding errors at first
      assertEquals(whole.get(step), parts.get(step), near * whole.get(step), "step " + step);
      assertEquals(noisy.get(step), noisyParts.get(step), near * noisy.get(step), "step " + step);
    }
  }

  @Test
  void halfwayUpTheRampTheConstraintCountsHalf() {
    TinyTraining training = new TinyTraining();
    training.steps = 1;
    double with = train(training, training.classifier(weighted(1, 0)), "with").losses().get(0);
    double without = train(training, training.classifier(), "without").losses().get(0);
    assertTrue(with > without, "%s after %s".formatted(with, without));
    double half = train(training, training.classifier(weighted(1, 2)), "ramp").losses().get(0);
    assertEquals((with + without) / 2, half, 1e-4, "at the ramp's middle");
  }

  @Test
  void everyAttributionCanBeConstrainedInEitherPrecision() {
    TinyTraining training = new TinyTraining();
    training.steps = 2;
    for (Precision precision : Precision.values()) {
      training.precision = precision;
      ConstraintSettings all =
          new ConstraintSettings(
              1, 0, 100, Cost.ROSS, Arrays.asList(AttributionMethod.values()), 2);
      Recorder recorder = train(training, training.critic(all), precision.toString());
      assertTrue(recorder.losses().stream().allMatch(Double::isFinite), precision.toString());
    }
  }

  @Test
  void aKilledTrainingGoesOnWithTheSameDraws() {
    TinyTraining training = new TinyTraining();
    training.steps = 6;
    training.checkpointEvery = 3;
    training.schedule = RateSchedule.CONSTANT;
    ConstraintSettings drawn =
        new ConstraintSettings(
            1, 4, 100, Cost.SOFTPLUS, List.of(AttributionMethod.EXPECTED_GRADIENTS), 1);
    List<Double> whole = train(training, training.critic(drawn), "whole").losses();
    training.steps = 3;
    train(training, training.critic(drawn), "part");
    training.steps = 6;
    Recorder rest = new Recorder();
    try (Parameters trained =
        training
            .trainer(training.critic(drawn), TrainingFolder.of(folder, "part"), rest)
            .run(GreyBatches.of(training.batch), Start.RESUME)) {
      assertEquals(whole.subList(3, 6), rest.losses());
      assertTrue(trained.count() > 0);
    }
  }

  @Test
  void theWeightRisesAlongItsRamp() {
    assertEquals(0.25, weighted(1, 4).weightAt(0));
    assertEquals(1, weighted(1, 4).weightAt(3));
    assertEquals(2, weighted(2, 4).weightAt(1000));
    assertEquals(2, weighted(2, 0).weightAt(0));
  }

  @Test
  void whatACriticCannotUseIsRefused() {
    TinyTraining training = new TinyTraining();
    training.minSnr = 5;
    assertThrows(TrainingException.class, () -> training.critic(NONE));
    ConstraintSettings expected =
        new ConstraintSettings(
            1, 0, 100, Cost.SOFTPLUS, List.of(AttributionMethod.EXPECTED_GRADIENTS), 1);
    TinyTraining other = new TinyTraining();
    assertThrows(IllegalArgumentException.class, () -> other.classifier(expected));
  }
}
