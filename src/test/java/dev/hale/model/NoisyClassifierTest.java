package dev.hale.model;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static dev.hale.model.TensorAssert.largestDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.diffusion.ClassifierGuidance;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.model.ClassifierConfig.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The classifier of noisy images where no reference number says what it should do. */
class NoisyClassifierTest {
  private final Scope scope = new Scope();

  @BeforeEach
  void seed() {
    torch.manual_seed(1);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static ClassifierConfig config(Pool pool, int channels) {
    return new ClassifierConfig(TinyNetworks.backbone(8, channels), pool, 2);
  }

  private static Parameters parameters(ClassifierConfig config) {
    return TinyNetworks.byFormula(NoisyClassifier.shapes(config));
  }

  private static Tensor timesteps(long... values) {
    return torch.tensor(values);
  }

  @ParameterizedTest
  @CsvSource({"ATTENTION, 1", "ATTENTION, 3", "ADAPTIVE, 1", "ADAPTIVE, 5"})
  void anyChannelCountWorks(Pool pool, int channels) {
    ClassifierConfig config = config(pool, channels);
    try (Parameters parameters = parameters(config)) {
      Tensor logits =
          new NoisyClassifier(config, parameters)
              .forward(TinyNetworks.image(1, 3, channels, 8, 8), timesteps(0, 5, 999));
      assertArrayEquals(new long[] {3, 2}, logits.shape());
      assertTrue(logits.isfinite().all().item_bool());
      assertTrue(logits.std().item_double() > 1e-3, "the logits hardly vary");
    }
  }

  @Test
  void averagePoolingTakesAnySizeAndAttentionPoolingItsOwn() {
    Tensor wide = TinyNetworks.image(2, 1, 1, 6, 14);
    ClassifierConfig adaptive = config(Pool.ADAPTIVE, 1);
    try (Parameters parameters = parameters(adaptive)) {
      Tensor logits = new NoisyClassifier(adaptive, parameters).forward(wide, timesteps(3));
      assertArrayEquals(new long[] {1, 2}, logits.shape());
    }
    ClassifierConfig attention = config(Pool.ATTENTION, 1);
    try (Parameters parameters = parameters(attention)) {
      NoisyClassifier classifier = new NoisyClassifier(attention, parameters);
      var thrown =
          assertThrows(
              IllegalArgumentException.class, () -> classifier.forward(wide, timesteps(3)));
      assertEquals(
          "image of 6×14: attention pooling ties this classifier to 8×8", thrown.getMessage());
      // As many positions as the square has, and still not the square.
      assertThrows(
          IllegalArgumentException.class,
          () -> classifier.forward(TinyNetworks.image(2, 1, 1, 4, 16), timesteps(3)));
    }
  }

  @Test
  void inputsThatDoNotFitAreExplained() {
    ClassifierConfig config = config(Pool.ADAPTIVE, 3);
    try (Parameters parameters = parameters(config)) {
      NoisyClassifier classifier = new NoisyClassifier(config, parameters);
      Tensor fits = TinyNetworks.image(3, 2, 3, 8, 8);
      assertEquals(
          "timesteps differ: 2 images, 3 timesteps",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> classifier.forward(fits, timesteps(1, 2, 3)))
              .getMessage());
      assertEquals(
          "channels differ: model expects [N, 3, H, W], input has 4 dimensions and 1 channels",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> classifier.forward(fits.narrow(1, 0, 1), timesteps(1, 2)))
              .getMessage());
      assertEquals(
          "label 2 outside the classifier's classes 0 … 1",
          assertThrows(IllegalArgumentException.class, () -> new ClassifierGuidance(classifier, 2))
              .getMessage());
    }
  }

  /** Along random directions, central differences of log p in float32: h large, bound loose. */
  @ParameterizedTest
  @EnumSource(Pool.class)
  void guidanceIsTheGradientOfTheLogProbability(Pool pool) {
    ClassifierConfig config = config(pool, 2);
    try (Parameters parameters = parameters(config)) {
      NoisyClassifier classifier = new NoisyClassifier(config, parameters);
      Tensor x = TinyNetworks.image(4, 1, 2, 8, 8);
      Tensor t = timesteps(300);
      Tensor gradient = new ClassifierGuidance(classifier, 1).gradient(x, t);
      double norm = gradient.norm().item_double();
      assertTrue(norm > 1e-3, "nothing to compare: the gradient's norm is " + norm);
      for (int i = 0; i < 5; i++) {
        Tensor random = torch.randn_like(x);
        // Half along the gradient, so that the derivative is well away from 0.
        Tensor direction =
            gradient.div(new Scalar(norm)).add(random.div(new Scalar(random.norm().item_double())));
        double h = 0.02;
        Tensor step = direction.mul(new Scalar(h));
        double difference =
            (logProbability(classifier, x.add(step), t)
                    - logProbability(classifier, x.sub(step), t))
                / (2 * h);
        double slope = gradient.mul(direction).sum().item_double();
        assertEquals(slope, difference, 0.02 * norm);
      }
    }
  }

  /** Scale and shift or added embeddings, both poolings, planes as attention leaves them. */
  @ParameterizedTest
  @CsvSource({
    "ATTENTION, true, true",
    "ATTENTION, false, false",
    "ADAPTIVE, true, false",
    "ADAPTIVE, false, true"
  })
  void theCutGraphsGradientIsTheWholeGraphs(Pool pool, boolean scaleShift, boolean updown) {
    Backbone backbone =
        new Backbone(
            16, 2, 32, 2, List.of(1.0, 2.0), List.of(2), 1, 32, scaleShift, updown, true, 0);
    ClassifierConfig config = new ClassifierConfig(backbone, pool, 2);
    try (Parameters parameters = parameters(config);
        Parameters last = parameters.channelsLast()) {
      Tensor x = TinyNetworks.image(11, 3, 2, 16, 16);
      Tensor t = timesteps(10, 300, 900);
      Tensor input = x.detach().requires_grad_(true);
      new NoisyClassifier(config, parameters).forward(input, t).select(1, 1).sum().backward();
      Tensor gradient =
          new NoisyClassifier(config, last)
              .inputGradient(x, t, logits -> logits.select(1, 1).sum());
      assertClose(input.grad(), gradient, 1e-5 * input.grad().abs().max().item_double());
    }
  }

  @Test
  void theCutGraphsGradientIsFreed() {
    ClassifierConfig config = config(Pool.ADAPTIVE, 1);
    try (Parameters parameters = parameters(config)) {
      var guidance = new ClassifierGuidance(new NoisyClassifier(config, parameters), 0);
      Tensor x = TinyNetworks.image(12, 1, 1, 8, 8);
      Tensor t = timesteps(7);
      long tracked = 0;
      for (int i = 0; i < 20; i++) {
        try (Scope inner = new Scope()) {
          guidance.gradient(x, t);
        }
        tracked = i == 4 ? Pointer.totalBytes() : tracked;
      }
      assertTrue(Pointer.totalBytes() <= tracked, "less where others' garbage was collected");
    }
  }

  @Test
  void parametersInTrainingGiveNoInputGradient() {
    ClassifierConfig config = config(Pool.ADAPTIVE, 1);
    try (Parameters parameters = parameters(config)) {
      parameters.get("out.0.weight").requires_grad_(true);
      var classifier = new NoisyClassifier(config, parameters);
      Tensor x = TinyNetworks.image(13, 1, 1, 8, 8);
      assertThrows(
          IllegalStateException.class,
          () -> classifier.inputGradient(x, timesteps(1), Tensor::sum));
    }
  }

  private static double logProbability(NoisyClassifier classifier, Tensor x, Tensor t) {
    return torch.log_softmax(classifier.forward(x, t), 1).select(1, 1).item_double();
  }

  @Test
  void gradientsOfAllClassesCancelUnderTheirProbabilities() {
    ClassifierConfig config = config(Pool.ATTENTION, 1);
    try (Parameters parameters = parameters(config)) {
      NoisyClassifier classifier = new NoisyClassifier(config, parameters);
      Tensor x = TinyNetworks.image(5, 2, 1, 8, 8);
      Tensor t = timesteps(10, 700);
      Tensor p = torch.softmax(classifier.forward(x, t), 1);
      Tensor healthy = new ClassifierGuidance(classifier, 0).gradient(x, t);
      Tensor diseased = new ClassifierGuidance(classifier, 1).gradient(x, t);
      Tensor sum =
          healthy
              .mul(p.select(1, 0).reshape(-1, 1, 1, 1))
              .add(diseased.mul(p.select(1, 1).reshape(-1, 1, 1, 1)));
      double size = healthy.abs().max().item_double();
      assertTrue(size > 1e-4);
      assertClose(torch.zeros_like(sum), sum, 1e-4 * size);
    }
  }

  @Test
  void guidanceLeavesNoTraceOnImageOrWeights() {
    ClassifierConfig config = config(Pool.ADAPTIVE, 1);
    try (Parameters parameters = parameters(config)) {
      Tensor x = TinyNetworks.image(6, 1, 1, 8, 8);
      Tensor before = x.clone();
      Tensor gradient =
          new ClassifierGuidance(new NoisyClassifier(config, parameters), 0)
              .gradient(x, timesteps(1));
      assertIdentical(before, x);
      assertTrue(!x.requires_grad() && !gradient.requires_grad());
    }
  }

  @Test
  void bf16StaysNearFloat32() {
    ClassifierConfig config = config(Pool.ATTENTION, 2);
    try (Parameters parameters = parameters(config);
        Parameters half = parameters.to(Precision.BF16)) {
      Tensor x = TinyNetworks.image(7, 4, 2, 8, 8);
      Tensor t = timesteps(5, 100, 400, 900);
      Tensor full = new NoisyClassifier(config, parameters).forward(x, t);
      Tensor rounded = new NoisyClassifier(config, half).forward(x, t);
      assertEquals(torch.ScalarType.Float, rounded.scalar_type().intern());
      double relative = full.sub(rounded).norm().item_double() / full.norm().item_double();
      assertTrue(relative > 0 && relative < 0.05, "relative error " + relative);
    }
  }

  @Test
  void dropoutActsInTrainingOnly() {
    ClassifierConfig without = config(Pool.ATTENTION, 1);
    ClassifierConfig with =
        new ClassifierConfig(TinyNetworks.withDropout(without.backbone(), 0.5), Pool.ATTENTION, 2);
    try (Parameters parameters = parameters(without)) {
      Tensor x = TinyNetworks.image(8, 1, 1, 8, 8);
      Tensor t = timesteps(20);
      Tensor expected =
          new NoisyClassifier(without, parameters)
              .forward(x, t, new TrainingPass(null, new GeneratorOptional()));
      NoisyClassifier dropping = new NoisyClassifier(with, parameters);
      assertIdentical(expected, dropping.forward(x, t));
      assertTrue(
          largestDifference(
                  expected, dropping.forward(x, t, new TrainingPass(null, new GeneratorOptional())))
              > 1e-4);
    }
  }

  @Test
  void threadsMayShareOneGuidance() throws Exception {
    ClassifierConfig config = config(Pool.ATTENTION, 1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Parameters parameters = parameters(config)) {
      var guidance = new ClassifierGuidance(new NoisyClassifier(config, parameters), 0);
      Tensor x = TinyNetworks.image(9, 2, 1, 8, 8);
      Tensor expected = guidance.gradient(x, timesteps(5, 700));
      List<Future<Boolean>> results = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        results.add(threads.submit(() -> sameTenTimes(guidance, x, expected)));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get(), "a thread saw another gradient");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean sameTenTimes(ClassifierGuidance guidance, Tensor x, Tensor expected) {
    boolean same = true;
    for (int i = 0; i < 10; i++) {
      try (Scope scope = new Scope()) {
        same &= largestDifference(expected, guidance.gradient(x, timesteps(5, 700))) == 0;
      }
    }
    return same;
  }

  /** The classifier of Wolleb et al. 2022, laid out but not allocated. */
  @Test
  void thePaperNetworkHasItsParameterCount() {
    Backbone backbone =
        new Backbone(
            256,
            4,
            32,
            4,
            List.of(1.0, 1.0, 2.0, 2.0, 4.0, 4.0),
            List.of(256 / 32, 256 / 16, 256 / 8),
            1,
            64,
            true,
            true,
            false,
            0);
    assertEquals(
        5_452_962,
        UNetTest.count(
            NoisyClassifier.shapes(new ClassifierConfig(backbone, Pool.ATTENTION, 2)).values()));
  }
}
