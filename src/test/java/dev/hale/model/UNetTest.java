package dev.hale.model;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static dev.hale.model.TensorAssert.largestDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The U-Net where no reference number says what it should do. */
class UNetTest {
  private final Scope scope = new Scope();
  private final NoGradGuard noGrad = new NoGradGuard();

  @BeforeEach
  void seed() {
    torch.manual_seed(1);
  }

  @AfterEach
  void free() {
    noGrad.close();
    scope.close();
  }

  private static Tensor timesteps(long... values) {
    return torch.tensor(values);
  }

  private static UNetConfig unconditional(Backbone backbone) {
    return new UNetConfig(backbone, 0, false);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "3, true", "5, false", "5, true"})
  void anyChannelCountWorks(int channels, boolean learnSigma) {
    UNetConfig config = new UNetConfig(TinyNetworks.backbone(8, channels), 2, learnSigma);
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      Tensor x = TinyNetworks.image(1, 2, channels, 8, 8);
      Tensor output = new UNet(config, parameters).forward(x, timesteps(3, 900), timesteps(0, 1));
      assertArrayEquals(
          new long[] {2, learnSigma ? 2L * channels : channels, 8, 8}, output.shape());
      assertTrue(output.isfinite().all().item_bool());
      assertTrue(output.std().item_double() > 0.01, "the output hardly varies");
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "12, 20", "8, 36", "28, 4"})
  void anySizeThatTheStrideDividesWorks(int height, int width) {
    UNetConfig config = unconditional(TinyNetworks.threeLevels(8, 1));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      Tensor x = TinyNetworks.image(2, 1, 1, height, width);
      Tensor output = new UNet(config, parameters).forward(x, timesteps(10), null);
      assertArrayEquals(new long[] {1, 1, height, width}, output.shape());
      assertTrue(output.isfinite().all().item_bool());
    }
  }

  @Test
  void stridedConvolutionsAlsoTakeRectangles() {
    UNetConfig config = unconditional(TinyNetworks.backbone(8, 3));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      Tensor output =
          new UNet(config, parameters)
              .forward(TinyNetworks.image(3, 1, 3, 6, 22), timesteps(10), null);
      assertArrayEquals(new long[] {1, 3, 6, 22}, output.shape());
    }
  }

  @Test
  void inputsThatDoNotFitAreExplained() {
    UNetConfig config = new UNetConfig(TinyNetworks.backbone(8, 3), 2, false);
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      UNet unet = new UNet(config, parameters);
      Tensor fits = TinyNetworks.image(4, 2, 3, 8, 8);
      Tensor t = timesteps(1, 2);
      Tensor y = timesteps(0, 1);
      assertSays(
          "channels differ: model expects [N, 3, H, W], input has 4 dimensions and 2 channels",
          () -> unet.forward(TinyNetworks.image(4, 2, 2, 8, 8), t, y));
      assertSays(
          "channels differ: model expects [N, 3, H, W], input has 3 dimensions and 8 channels",
          () -> unet.forward(TinyNetworks.image(4, 3, 8, 8), t, y));
      assertSays(
          "image of 8×7 does not divide by the model's total stride 2",
          () -> unet.forward(TinyNetworks.image(4, 2, 3, 8, 7), t, y));
      assertSays(
          "timesteps differ: 2 images, 1 timesteps", () -> unet.forward(fits, timesteps(1), y));
      assertSays(
          "labels missing: model is conditioned on 2 classes", () -> unet.forward(fits, t, null));
      assertSays("labels differ: 2 images, 1 labels", () -> unet.forward(fits, t, timesteps(1)));
      assertSays(
          "label 2 outside the model's classes 0 … 1",
          () -> unet.forward(fits, t, timesteps(0, 2)));
      assertSays(
          "label -1 outside the model's classes 0 … 1",
          () -> unet.forward(fits, t, timesteps(-1, 1)));
    }
    UNetConfig plain = unconditional(TinyNetworks.backbone(8, 3));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(plain))) {
      assertSays(
          "labels given, but the model is not class-conditional",
          () ->
              new UNet(plain, parameters)
                  .forward(TinyNetworks.image(4, 1, 3, 8, 8), timesteps(1), timesteps(0)));
    }
  }

  private static void assertSays(String message, Callable<Tensor> call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::call).getMessage());
  }

  @Test
  void layoutsThatCannotBeAreExplained() {
    var size = assertThrows(CheckpointException.class, () -> TinyNetworks.threeLevels(10, 1));
    assertEquals(
        "network layout: image size 10 is not a multiple of the total stride 4", size.getMessage());
    Backbone narrow =
        new Backbone(8, 1, 24, 1, List.of(1.0), List.of(), 1, 0, false, false, false, 0);
    var groups = assertThrows(CheckpointException.class, () -> UNet.shapes(unconditional(narrow)));
    assertTrue(
        groups.getMessage().contains("24 channels do not divide into 32 normalisation groups"));
    Backbone heads =
        new Backbone(8, 1, 32, 1, List.of(1.0), List.of(1), 1, 24, false, false, false, 0);
    var divide = assertThrows(CheckpointException.class, () -> UNet.shapes(unconditional(heads)));
    assertEquals("network layout: 32 channels do not divide into heads of 24", divide.getMessage());
  }

  @Test
  void imagesOfABatchDoNotSeeEachOther() {
    UNetConfig config = new UNetConfig(TinyNetworks.backbone(8, 1), 2, false);
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      UNet unet = new UNet(config, parameters);
      Tensor x = TinyNetworks.image(5, 3, 1, 8, 8);
      Tensor together = unet.forward(x, timesteps(1, 50, 999), timesteps(0, 1, 0));
      Tensor alone = unet.forward(x.narrow(0, 1, 1), timesteps(50), timesteps(1));
      assertClose(alone, together.narrow(0, 1, 1), 1e-5);
    }
  }

  @Test
  void timestepAndClassChangeTheOutput() {
    UNetConfig config = new UNetConfig(TinyNetworks.backbone(8, 1), 2, false);
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      UNet unet = new UNet(config, parameters);
      Tensor x = TinyNetworks.image(6, 1, 1, 8, 8);
      Tensor output = unet.forward(x, timesteps(10), timesteps(0));
      assertTrue(largestDifference(output, unet.forward(x, timesteps(500), timesteps(0))) > 1e-3);
      assertTrue(largestDifference(output, unet.forward(x, timesteps(10), timesteps(1))) > 1e-3);
    }
  }

  @Test
  void aFreshNetworkPredictsNothing() {
    UNetConfig config = unconditional(TinyNetworks.backbone(8, 1));
    try (Parameters parameters = UNet.initialise(config)) {
      Tensor output =
          new UNet(config, parameters)
              .forward(TinyNetworks.image(7, 1, 1, 8, 8), timesteps(1), null);
      assertEquals(0, output.abs().max().item_double());
    }
  }

  @Test
  void bf16StaysNearFloat32() {
    UNetConfig config = unconditional(TinyNetworks.backbone(16, 2));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config));
        Parameters half = parameters.to(Precision.BF16)) {
      Tensor x = TinyNetworks.image(8, 2, 2, 16, 16);
      Tensor full = new UNet(config, parameters).forward(x, timesteps(5, 700), null);
      Tensor rounded = new UNet(config, half).forward(x, timesteps(5, 700), null);
      assertEquals(torch.ScalarType.Float, rounded.scalar_type().intern());
      double relative = full.sub(rounded).norm().item_double() / full.norm().item_double();
      // bf16 keeps 8 bits, so one rounding is 0.2 %; some twenty layers deep that stays within 3 %.
      assertTrue(relative > 0 && relative < 0.03, "relative error " + relative);
    }
  }

  @Test
  void channelsLastWeightsGiveTheSame() {
    UNetConfig config = unconditional(TinyNetworks.backbone(8, 2));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config));
        Parameters last = parameters.channelsLast()) {
      Tensor x = TinyNetworks.image(8, 2, 2, 8, 8);
      Tensor plain = new UNet(config, parameters).forward(x, timesteps(5, 700), null);
      assertClose(plain, new UNet(config, last).forward(x, timesteps(5, 700), null), 1e-5);
    }
  }

  @Test
  void dropoutActsInTrainingOnly() {
    Backbone backbone = TinyNetworks.backbone(8, 1);
    UNetConfig without = unconditional(backbone);
    UNetConfig with = unconditional(TinyNetworks.withDropout(backbone, 0.5));
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(without))) {
      Tensor x = TinyNetworks.image(9, 1, 1, 8, 8);
      Tensor t = timesteps(20);
      UNet dropping = new UNet(with, parameters);
      Tensor expected =
          new UNet(without, parameters)
              .forward(x, t, null, new TrainingPass(null, new GeneratorOptional()));
      assertIdentical(expected, dropping.forward(x, t, null));
      Tensor first = dropping.forward(x, t, null, new TrainingPass(null, new GeneratorOptional()));
      Tensor second = dropping.forward(x, t, null, new TrainingPass(null, new GeneratorOptional()));
      assertTrue(largestDifference(expected, first) > 1e-3);
      assertTrue(largestDifference(first, second) > 1e-3);
    }
  }

  @Test
  void threadsMayShareOneNetwork() throws Exception {
    UNetConfig config = new UNetConfig(TinyNetworks.backbone(8, 1), 2, true);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Parameters parameters = TinyNetworks.byFormula(UNet.shapes(config))) {
      UNet unet = new UNet(config, parameters);
      Tensor x = TinyNetworks.image(10, 2, 1, 8, 8);
      Tensor expected = unet.forward(x, timesteps(5, 700), timesteps(0, 1));
      List<Future<Boolean>> results = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        results.add(threads.submit(() -> sameTwentyTimes(unet, x, expected)));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get(), "a thread saw another output");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean sameTwentyTimes(UNet unet, Tensor x, Tensor expected) {
    boolean same = true;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (int i = 0; i < 20; i++) {
        try (Scope scope = new Scope()) {
          same &= unet.forward(x, timesteps(5, 700), timesteps(0, 1)).equal(expected);
        }
      }
    }
    return same;
  }

  /** The network of Wolleb et al. 2022, laid out but not allocated. */
  @Test
  void thePaperNetworkHasItsParameterCount() {
    Backbone backbone =
        new Backbone(
            256,
            4,
            128,
            2,
            List.of(1.0, 1.0, 2.0, 2.0, 4.0, 4.0),
            List.of(256 / 16),
            1,
            0,
            false,
            false,
            false,
            0);
    assertEquals(113_681_160, count(UNet.shapes(new UNetConfig(backbone, 2, true)).values()));
  }

  static long count(Iterable<long[]> shapes) {
    long count = 0;
    for (long[] shape : shapes) {
      long size = 1;
      for (long side : shape) {
        size *= side;
      }
      count += size;
    }
    return count;
  }
}
