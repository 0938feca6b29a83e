package dev.hale.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.VaeConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Trainings somewhere else than on the CPU. LibTorch's device "meta", which has shapes and no
 * numbers, stands for a GPU where one would do nothing but arithmetic: it refuses to be mixed with
 * the CPU, too, but knows no convolutions. Whole trainings need a GPU.
 */
class TrainingDeviceTest {
  private boolean tf32;
  @TempDir Path folder;

  @BeforeEach
  void computeInFullPrecision() {
    Engine.load();
    tf32 = torch.globalContext().allowTF32CuDNN();
    torch.globalContext().setAllowTF32CuDNN(false);
  }

  @AfterEach
  void restore() {
    torch.globalContext().setAllowTF32CuDNN(tf32);
  }

  @Test
  void whatATrainingCarriesStaysOnItsDevice() {
    TinyTraining training = new TinyTraining();
    DiffusionTask task = training.diffusion();
    try (Scope scope = new Scope();
        Parameters initial = task.initialise();
        TrainingState state =
            new TrainingState(
                training.settings(),
                task,
                initial,
                new org.bytedeco.pytorch.Device("meta"),
                TinyTraining.config())) {
      state.advance();
      state
          .tensors()
          .forEach((name, tensor) -> assertEquals(name.contains("."), tensor.is_meta(), name));
      state.parameters().values().forEach(weight -> assertTrue(weight.is_meta()));
      state.gradients().values().forEach(gradient -> assertTrue(gradient.is_meta()));
      Tensor x = torch.randn(4, 1, 8, 8);
      Tensor numbers = torch.tensor(0L, 1L, 0L, 1L);
      NoisyImages there = new NoisyImages(x, numbers, numbers, x).to(state.device());
      for (Tensor tensor :
          List.of(there.x0(), there.labels(), there.timesteps(), there.every(1, 2).noise())) {
        assertTrue(tensor.is_meta());
      }
      assertEquals(torch.ScalarType.Long, there.labels().scalar_type().intern());
    }
  }

  /** Each kind of training, with what makes it touch as much code as it can. */
  enum Kind {
    DIFFUSION,
    DIFFUSION_IN_BFLOAT16,
    CLASSIFIER,
    CRITIC,
    VAE,
    FIXED_POINT_GAN;

    Task task(TinyTraining training) {
      return switch (this) {
        case DIFFUSION -> {
          training.variance = Variance.LEARNED_RANGE;
          training.labelDropout = 0.3;
          training.minSnr = 5;
          training.timesteps = TimestepSampling.LOSS_AWARE;
          yield training.diffusion();
        }
        case DIFFUSION_IN_BFLOAT16 -> {
          training.precision = Precision.BF16;
          yield training.diffusion();
        }
        case CLASSIFIER -> training.classifier(ConstraintSettings.DEFAULT);
        case CRITIC ->
            training.critic(
                new ConstraintSettings(
                    1, 0, 100, Cost.SOFTPLUS, List.of(AttributionMethod.values()), 2));
        case VAE -> VaeTask.of(new VaeConfig(8, 1, List.of(8, 16), 4, 0.01), training.settings());
        case FIXED_POINT_GAN ->
            FixedPointGanTask.of(
                new FixedPointGanConfig(8, 1, 4, 1, 8, 2),
                new FixedPointLosses(1, 10, 10, 10, 2),
                training.settings());
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingOnAGpuFollowsTheCpus(Kind kind) {
    Device gpu = gpu();
    assumeBothCompute(kind);
    Recorder expected = train(kind, Device.CPU, "cpu", 4, Start.FRESH);
    Recorder found = train(kind, gpu, "gpu", 4, Start.FRESH);
    for (int step = 0; step < 4; step++) {
      StepReport one = expected.steps.get(step);
      StepReport other = found.steps.get(step);
      assertClose(kind, one.loss(), other.loss());
      assertClose(kind, one.gradientNorm(), other.gradientNorm());
    }
    ValidationReport judged = expected.validations.get(0);
    if (!judged.higherIsBetter()) { // an area under the ROC curve jumps where two images tie
      assertClose(kind, judged.score(), found.validations.get(0).score());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCheckpointResumesOnTheOtherDevice(Kind kind) {
    Device gpu = gpu();
    assumeBothCompute(kind);
    Recorder expected = train(kind, Device.CPU, "whole", 6, Start.FRESH);
    train(kind, Device.CPU, "moved", 2, Start.FRESH);
    train(kind, gpu, "moved", 4, Start.RESUME);
    Recorder found = train(kind, Device.CPU, "moved", 6, Start.RESUME);
    assertEquals(2, found.steps.size());
    assertClose(kind, expected.steps.get(5).loss(), found.steps.get(1).loss());
  }

  private static Device gpu() {
    assumeTrue(Engine.info().cudaDevices() > 0, "there is no GPU");
    return Device.parse("cuda");
  }

  private static void assumeBothCompute(Kind kind) {
    Kernels cpu = Kernels.of(Device.CPU);
    assumeTrue(
        kind != Kind.DIFFUSION_IN_BFLOAT16 || cpu.usable(Precision.BF16) == Precision.BF16,
        "the CPU computes in float32");
  }

  private Recorder train(Kind kind, Device device, String name, int steps, Start start) {
    TinyTraining training = new TinyTraining();
    training.device = device;
    training.steps = steps;
    training.schedule = RateSchedule.CONSTANT;
    training.lr = 1e-3;
    training.microBatch = 3;
    training.validateEvery = steps;
    float[][] images = new float[6][64];
    int[] labels = {0, 0, 0, 1, 1, 1};
    for (int n = 0; n < 6; n++) {
      Arrays.fill(images[n], labels[n] == 1 ? 0.65f : -0.65f);
    }
    Recorder recorder = new Recorder();
    training
        .trainer(kind.task(training), TrainingFolder.of(folder, name), recorder)
        .run(
            GreyBatches.of(training.batch),
            new ValidationImages(List.of("FLAIR"), 8, true, images, labels),
            start)
        .close();
    return recorder;
  }

  /** Sums come in other orders, which AdamW scales up where a gradient is nothing but rounding. */
  private static void assertClose(Kind kind, double expected, double found) {
    double tolerance = kind == Kind.DIFFUSION_IN_BFLOAT16 ? 0.1 : 0.02;
    assertEquals(expected, found, tolerance * Math.abs(expected) + 1e-5);
  }
}
