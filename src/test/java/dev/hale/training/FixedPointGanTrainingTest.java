package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.SafeTensors;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.NetworkFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of a tiny Fixed-Point GAN on images of one grey each. */
@Tag("slow")
class FixedPointGanTrainingTest extends OneThread {
  @TempDir Path folder;

  private static FixedPointGanTask task(TinyTraining training) {
    return FixedPointGanTask.of(
        new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
        new FixedPointLosses(1, 10, 10, 10, 2),
        training.settings());
  }

  private static TinyTraining tiny() {
    TinyTraining training = new TinyTraining();
    training.lr = 2e-3;
    training.weightDecay = 0;
    training.gradientClip = 100;
    return training;
  }

  private static ValidationImages greys() {
    float[][] images = new float[6][64];
    int[] labels = {0, 0, 0, 1, 1, 1};
    for (int n = 0; n < 6; n++) {
      Arrays.fill(images[n], labels[n] == 1 ? 0.65f : -0.65f);
    }
    return new ValidationImages(List.of("FLAIR"), 8, true, images, labels);
  }

  @Test
  void itLearnsToLeaveGreysAsTheyAre() {
    TinyTraining training = tiny();
    training.steps = 150;
    training.validateEvery = 75;
    training.checkpointEvery = 150;
    TrainingFolder out = TrainingFolder.of(folder, "fixed-point-gan");
    Recorder recorder = new Recorder();
    training
        .trainer(task(training), out, recorder)
        .run(GreyBatches.of(training.batch), greys(), Start.FRESH)
        .close();
    double first = recorder.mean(0, 10);
    double last = recorder.mean(130, 150);
    assertTrue(last < first / 2, "loss from %s to %s".formatted(first, last));
    assertTrue(recorder.steps.stream().allMatch(step -> step.opponentLoss().isPresent()));
    ValidationReport validation = recorder.validations.get(1);
    assertEquals(
        Set.of("loss_fixed_point", "loss_cycle", "loss_domain", "loss"),
        validation.values().keySet());
    try (NetworkFile saved = NetworkFile.readGenerator(out.network());
        NetworkFile best = NetworkFile.readGenerator(out.best())) {
      Tensor healthy = torch.full(new long[] {1, 1, 8, 8}, new Scalar(-0.65));
      double error =
          saved.generator().translate(healthy, 0).sub(healthy).abs().mean().item_double();
      assertTrue(error < 0.2, "a fixed point off by " + error);
      assertEquals(saved.parameters().names(), best.parameters().names());
    }
  }

  @Test
  void aResumedTrainingIsBitEqual() {
    TinyTraining training = tiny();
    training.microBatch = 3;
    ResumeTest.assertResumesExactly(training, task(training), folder, 7);
  }

  @Test
  void theDiscriminatorLearnsAndIsInCheckpointsAlone() {
    TinyTraining training = tiny();
    TrainingFolder out = TrainingFolder.of(folder, "run");
    FixedPointGanTask task = task(training);
    try (Parameters network =
        training.trainer(task, out, new Recorder()).run(GreyBatches.of(8), Start.FRESH)) {
      assertTrue(network.names().stream().noneMatch(task::isOpponents));
    }
    try (var last = SafeTensors.read(out.checkpoint());
        var before = SafeTensors.read(out.previous())) {
      Tensor then = before.get("model.discriminator.level.0.weight");
      Tensor now = last.get("model.discriminator.level.0.weight");
      assertTrue(now.sub(then).abs().max().item_double() > 1e-4);
    }
  }

  @Test
  void microBatchesChangeTheLossByRoundingAlone() {
    TinyTraining training = tiny();
    training.steps = 4;
    Recorder whole = train(training, "whole");
    training.microBatch = 3; // 3 and 1
    Recorder parts = train(training, "parts");
    for (int step = 0; step < 4; step++) {
      double expected = whole.steps.get(step).opponentLoss().orElseThrow();
      assertEquals(
          expected,
          parts.steps.get(step).opponentLoss().orElseThrow(),
          1e-3 * Math.abs(expected),
          "step " + step);
      assertEquals(
          whole.losses().get(step), parts.losses().get(step), 1e-3 * whole.losses().get(step));
    }
  }

  private Recorder train(TinyTraining training, String name) {
    Recorder recorder = new Recorder();
    training
        .trainer(task(training), TrainingFolder.of(folder, name), recorder)
        .run(GreyBatches.of(training.batch), Start.FRESH)
        .close();
    return recorder;
  }

  private static NoisyImages images() {
    return new NoisyImages(
        torch.rand(6, 1, 8, 8),
        torch.tensor(0L, 1L, 0L, 1L, 0L, 1L),
        torch.zeros(6).to(torch.ScalarType.Long),
        torch.randn(6, 1, 8, 8));
  }

  /** Each side's gradient is its own: the other's weights get none. */
  @Test
  void neitherNetworkLearnsFromTheOthersLoss() {
    TinyTraining training = tiny();
    FixedPointGanTask task = task(training);
    torch.manual_seed(4);
    NoisyImages images = images();
    try (Parameters parameters = task.initialise()) {
      parameters.values().forEach(tensor -> tensor.requires_grad_(true));
      task.opponentLosses(parameters, images).sum().backward();
      parameters
          .asMap()
          .forEach(
              (name, tensor) -> assertEquals(task.isOpponents(name), hasGradient(tensor), name));
      parameters.values().forEach(tensor -> tensor.mutable_grad().reset());
      task.networkLosses(parameters, images).minimised().sum().backward();
      parameters
          .asMap()
          .forEach(
              (name, tensor) -> assertEquals(!task.isOpponents(name), hasGradient(tensor), name));
    }
  }

  private static boolean hasGradient(Tensor tensor) {
    return tensor.grad().defined() && tensor.grad().abs().max().item_double() > 0;
  }

  /** The gradient penalty, which is a gradient's, against finite differences. */
  @Test
  void theDiscriminatorsGradientIsThatOfItsLoss() {
    TinyTraining training = tiny();
    FixedPointGanTask task =
        FixedPointGanTask.of(
            new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
            new FixedPointLosses(0, 0, 0, 1000, 2), // nearly nothing but the penalty
            training.settings());
    torch.manual_seed(4);
    NoisyImages images = images();
    String name = "discriminator.source.weight";
    try (Parameters parameters = task.initialise()) {
      Tensor weight = parameters.get(name);
      Tensor direction = torch.randn(weight.shape());
      weight.requires_grad_(true);
      task.opponentLosses(parameters, images).mean().backward();
      double slope = weight.grad().mul(direction).sum().item_double();
      weight.requires_grad_(false);
      double step = 1e-3;
      weight.add_(direction, new Scalar(step));
      double above = task.opponentLosses(parameters, images).mean().item_double();
      weight.add_(direction, new Scalar(-2 * step));
      double below = task.opponentLosses(parameters, images).mean().item_double();
      assertEquals((above - below) / (2 * step), slope, 0.02 * Math.abs(slope));
    }
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    TinyTraining training = tiny();
    training.batch = 9;
    assertEquals(
        "training: batch is 9, expected a multiple of discriminator_steps, 2",
        assertThrows(TrainingException.class, () -> task(training)).getMessage());
    training.batch = 8;
    training.precision = Precision.BF16;
    assertTrue(
        assertThrows(TrainingException.class, () -> task(training))
            .getMessage()
            .contains("expected float32: the gradient penalty"));
    assertThrows(TrainingException.class, () -> new FixedPointLosses(1, -1, 1, 1, 1));
    assertThrows(TrainingException.class, () -> new FixedPointLosses(1, 1, 1, 1, 0));
  }
}
