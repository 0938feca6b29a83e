package dev.hale.model;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvCriticTest {
  private static final CriticConfig SMALL =
      new CriticConfig(2, 2, List.of(4, 8, 8), 4, 2, false, true, CriticConfig.Pool.MEAN);
  private static final CriticConfig MONOTONIC =
      new CriticConfig(2, 2, List.of(4, 8, 8, 8), 4, 2, true, true, CriticConfig.Pool.MEAN);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Scope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void thePublishedCriticHasThePublishedLayers() {
    Map<String, long[]> shapes = ConvCritic.shapes(CriticConfig.published(4));
    assertEquals(16, shapes.size());
    assertArrayEquals(new long[] {64, 4, 4, 4}, shapes.get("conv1.features.0.weight"));
    assertArrayEquals(new long[] {512}, shapes.get("conv4.features.2.weight"));
    assertArrayEquals(new long[] {1, 512, 4, 4}, shapes.get("conv5.features.0.weight"));
    CriticConfig volumes =
        new CriticConfig(
            3, 1, CriticConfig.PUBLISHED_FILTERS, 4, 2, false, true, CriticConfig.Pool.MEAN);
    assertArrayEquals(
        new long[] {128, 64, 4, 4, 4}, ConvCritic.shapes(volumes).get("conv2.features.0.weight"));
  }

  @Test
  void anImagesLogitDependsOnNoOtherImage() {
    Tensor x = TinyNetworks.image(1, 3, 2, 32, 48);
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(SMALL))) {
      ConvCritic critic = new ConvCritic(SMALL, parameters);
      Tensor together = critic.forward(x);
      assertEquals(3, together.numel());
      assertClose(together.narrow(0, 1, 1), critic.forward(x.narrow(0, 1, 1)), 1e-5);
    }
  }

  /** With kernels that see nothing above and below, it is the critic of each slice by itself. */
  @Test
  void aStackIsConvolvedSliceBySliceAndAcross() {
    CriticConfig slices =
        new CriticConfig(2, 2, List.of(4, 8, 8), 4, 2, false, false, CriticConfig.Pool.MEAN);
    CriticConfig stack =
        new CriticConfig(3, 2, List.of(4, 8, 8), 4, 2, false, false, CriticConfig.Pool.MEAN, 3);
    assertEquals(6, stack.inChannels());
    assertArrayEquals(
        new long[] {8, 4, 3, 4, 4}, ConvCritic.shapes(stack).get("conv2.features.0.weight"));
    Tensor x = TinyNetworks.image(1, 2, 6, 32, 32);
    try (Parameters flat = TinyNetworks.byFormula(ConvCritic.shapes(slices));
        Parameters deep = TinyNetworks.byFormula(ConvCritic.shapes(stack));
        NoGradGuard noGrad = new NoGradGuard()) {
      ConvCritic critic = new ConvCritic(stack, deep);
      Tensor before = critic.outputMap(x);
      assertArrayEquals(new long[] {2, 1, 3, 3, 3}, before.shape());
      for (String name : ConvCritic.shapes(slices).keySet()) {
        Tensor weight = deep.get(name);
        if (weight.dim() == 5) {
          weight.zero_();
          weight.select(2, 1).copy_(flat.get(name));
        } else {
          weight.copy_(flat.get(name));
        }
      }
      Tensor maps = critic.outputMap(x);
      for (int d = 0; d < 3; d++) {
        Tensor slice = x.narrow(1, 2L * d, 2);
        assertClose(new ConvCritic(slices, flat).outputMap(slice), maps.select(2, d), 1e-6);
      }
      assertTrue(before.sub(maps).abs().max().item_double() > 1e-3, "neighbours have a say");
    }
  }

  /** Files that know of no stacks describe their networks in the same words. */
  @Test
  void criticsOfImagesAreDescribedAsBeforeThereWereStacks() {
    assertFalse(NetworkFile.config("critic", SMALL).get("network").has("stack"));
    CriticConfig stack =
        new CriticConfig(3, 2, List.of(4), 4, 2, false, false, CriticConfig.Pool.MEAN, 3);
    assertEquals(3, NetworkFile.config("critic", stack).at("/network/stack").asInt());
  }

  @Test
  void aStackHasThreeDimensions() {
    assertThrows(
        CheckpointException.class,
        () -> new CriticConfig(2, 1, List.of(8), 4, 2, false, true, CriticConfig.Pool.MEAN, 3));
  }

  /** Brightening what raises a feature of the encoder can never lower the logit. */
  @Test
  void aMonotonicCriticRisesWithEveryBiasOfItsEncoder() {
    Tensor x = TinyNetworks.image(1, 3, 2, 32, 32);
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(MONOTONIC));
        NoGradGuard noGrad = new NoGradGuard()) {
      ConvCritic critic = new ConvCritic(MONOTONIC, parameters);
      Tensor before = critic.forward(x);
      parameters.get("conv2.features.2.bias").add_(new Scalar(0.1)); // the encoder's last layer
      Tensor rise = critic.forward(x).sub(before);
      assertTrue(rise.min().item_double() > 0, "it fell by " + rise.min().item_double());
    }
  }

  @Test
  void aFreshMonotonicCriticPassesOnWhatItSees() {
    Engine.seed(3);
    Tensor x = TinyNetworks.image(1, 8, 2, 64, 64);
    try (Parameters parameters = ConvCritic.initialise(MONOTONIC)) {
      Tensor logits = new ConvCritic(MONOTONIC, parameters).forward(x);
      assertTrue(logits.abs().max().item_double() < 3, "too large");
    }
  }

  /** Why a critic of small lesions has no instance norms. */
  @Test
  void anInstanceNormHidesMostOfALesionFarFromTheBorder() {
    double free = effectOfALesion(false);
    double normed = effectOfALesion(true);
    assertTrue(Math.abs(normed) < 0.2 * Math.abs(free), normed + " and " + free);
  }

  /** By how much a lesion in the middle raises the logit, in units of the output map's spread. */
  private static double effectOfALesion(boolean instanceNorm) {
    CriticConfig config =
        new CriticConfig(2, 2, List.of(4, 8, 8), 4, 2, false, instanceNorm, CriticConfig.Pool.MEAN);
    try (Scope scope = new Scope();
        Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(config))) {
      ConvCritic critic = new ConvCritic(config, parameters);
      Tensor healthy = TinyNetworks.image(1, 1, 2, 128, 128);
      Tensor diseased = healthy.clone();
      diseased.narrow(2, 48, 32).narrow(3, 48, 32).add_(new Scalar(1));
      double effect = critic.forward(diseased).sub(critic.forward(healthy)).item_double();
      return effect / critic.outputMap(healthy).std().item_double();
    }
  }

  /** Why a critic of very small lesions pools by log-mean-exp. */
  @Test
  void aSmallLesionMovesALogMeanExpMoreThanAMean() {
    float[] quiet = new float[100];
    float[] spot = quiet.clone();
    spot[42] = 8;
    double mean = pooled(spot, CriticConfig.Pool.MEAN) - pooled(quiet, CriticConfig.Pool.MEAN);
    assertEquals(0.08, mean, 1e-6);
    assertEquals(
        Math.log((99 + Math.exp(8)) / 100),
        pooled(spot, CriticConfig.Pool.LOG_MEAN_EXP)
            - pooled(quiet, CriticConfig.Pool.LOG_MEAN_EXP),
        1e-5);
  }

  private double pooled(float[] map, CriticConfig.Pool pool) {
    Tensor values = Tensors.of(new float[][] {map}, 0, 1, 1, 1, 10, 10);
    return ConvCritic.pooled(values, pool).item_double();
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertMessage(
        "network layout: an image side of 8 is too short for 3 filters of stride 2",
        () -> SMALL.requireFits(32, 8));
    SMALL.requireFits(16, 16);
    assertMessage(
        "network layout: dimensions is 4, expected 2 or 3",
        () -> new CriticConfig(4, 1, List.of(8), 4, 2, false, true, CriticConfig.Pool.MEAN));
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(SMALL))) {
      ConvCritic critic = new ConvCritic(SMALL, parameters);
      Tensor other = TinyNetworks.image(1, 3, 1, 32, 32);
      assertEquals(
          "channels differ: the critic expects 2 spatial dimensions and 2 channels, input has 2 and"
              + " 1",
          assertThrows(IllegalArgumentException.class, () -> critic.forward(other)).getMessage());
    }
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(CheckpointException.class, action::run).getMessage());
  }

  @Test
  void aCriticComesBackFromItsFile(@TempDir Path folder) {
    Path file = folder.resolve("critic.safetensors");
    Tensor x = TinyNetworks.image(1, 3, 2, 32, 32);
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(SMALL))) {
      NetworkFile.write(file, parameters, NetworkFile.config("critic", SMALL));
      try (NetworkFile read = NetworkFile.readCritic(file)) {
        assertEquals(SMALL, read.critic().config());
        assertIdentical(new ConvCritic(SMALL, parameters).forward(x), read.critic().forward(x));
      }
    }
    assertThrows(CheckpointException.class, () -> NetworkFile.readUNet(file));
  }
}
