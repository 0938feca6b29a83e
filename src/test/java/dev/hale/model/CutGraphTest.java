package dev.hale.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.model.ClassifierConfig.Pool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradients of all parameters with native normalisations, against LibTorch's own graph. */
class CutGraphTest {
  private static final long[] SIZE = {3, 2, 16, 16};

  /** A number that depends on every output. */
  private interface Loss {
    Tensor of(Parameters parameters, CutGraph cuts);
  }

  private static Backbone backbone(boolean scaleShift, boolean updown) {
    return new Backbone(
        16, 2, 32, 2, List.of(1.0, 2.0), List.of(2), 1, 32, scaleShift, updown, true, 0);
  }

  private static Tensor images(boolean last) {
    Tensor x = TinyNetworks.image(11, SIZE);
    return last ? x.contiguous(MemoryFormat.ChannelsLast) : x;
  }

  private static TrainingPass pass(CutGraph cuts) {
    return new TrainingPass(cuts, new GeneratorOptional());
  }

  private static Loss loss(UNetConfig config, boolean last) {
    return (parameters, cuts) ->
        new UNet(config, parameters)
            .forward(
                images(last), torch.tensor(10L, 300L, 900L), torch.tensor(0L, 1L, 1L), pass(cuts))
            .sub(TinyNetworks.image(12, SIZE))
            .square()
            .mean();
  }

  private static Loss loss(ClassifierConfig config, boolean last) {
    return (parameters, cuts) ->
        torch
            .log_softmax(
                new NoisyClassifier(config, parameters)
                    .forward(images(last), torch.tensor(10L, 300L, 900L), pass(cuts)),
                1)
            .select(1, 1)
            .sum();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void unetsGradientsAreLibTorchs(boolean scaleShift, boolean updown) {
    UNetConfig config = new UNetConfig(backbone(scaleShift, updown), 2, false);
    assertSameGradients(UNet.shapes(config), last -> loss(config, last));
  }

  @ParameterizedTest
  @CsvSource({"ATTENTION, true, true", "ADAPTIVE, false, true", "ADAPTIVE, true, false"})
  void classifiersGradientsAreLibTorchs(Pool pool, boolean scaleShift, boolean updown) {
    ClassifierConfig config = new ClassifierConfig(backbone(scaleShift, updown), pool, 2);
    assertSameGradients(NoisyClassifier.shapes(config), last -> loss(config, last));
  }

  private interface LossOfLayout {
    Loss of(boolean channelsLast);
  }

  private static void assertSameGradients(Map<String, long[]> shapes, LossOfLayout loss) {
    try (Scope scope = new Scope();
        Parameters planes = TinyNetworks.byFormula(shapes);
        Parameters last = planes.channelsLast()) {
      Map<String, Tensor> want = gradients(planes, Precision.FLOAT32, null, loss.of(false));
      assertFalse(want.isEmpty());
      assertNear(want, gradients(last, Precision.FLOAT32, new CutGraph(), loss.of(true)), 2e-5);
      assertNear(want, gradients(last, Precision.BF16, new CutGraph(), loss.of(true)), 0.1);
    }
  }

  private static void assertNear(Map<String, Tensor> want, Map<String, Tensor> got, double share) {
    double largest =
        want.values().stream().mapToDouble(g -> g.abs().max().item_double()).max().orElseThrow();
    want.forEach(
        (name, gradient) -> {
          double size = gradient.norm().item_double();
          double error = got.get(name).sub(gradient).norm().item_double();
          double room = share * (size + 0.05 * largest); // some are 0 but for rounding
          assertTrue(error <= room, () -> name + ": " + error + " of " + size);
        });
  }

  /** By name, of float32 parameters that are cast to a precision, all but the norms'. */
  private static Map<String, Tensor> gradients(
      Parameters parameters, Precision precision, CutGraph cuts, Loss loss) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    Map<String, Tensor> compute = new LinkedHashMap<>();
    parameters
        .asMap()
        .forEach(
            (name, values) -> {
              Tensor leaf = values.detach().requires_grad_(true);
              boolean ofNorm = parameters.get(weightOf(name)).dim() == 1;
              leaves.put(name, leaf);
              compute.put(name, ofNorm ? leaf : leaf.to(precision.scalarType()));
            });
    try (Parameters cast = Parameters.of(compute)) {
      Tensor result = loss.of(cast, cuts);
      if (cuts == null) {
        result.backward();
      } else {
        cuts.backward(result);
      }
    }
    leaves.replaceAll((name, leaf) -> leaf.grad().to(ScalarType.Double));
    return leaves;
  }

  private static String weightOf(String name) {
    return name.replaceAll("bias$", "weight");
  }

  @Test
  void whatItHoldsIsFreed() {
    UNetConfig config = new UNetConfig(backbone(true, true), 2, false);
    try (Scope scope = new Scope();
        Parameters last = TinyNetworks.byFormula(UNet.shapes(config)).channelsLast()) {
      long tracked = 0;
      for (int i = 0; i < 8; i++) {
        try (Scope inner = new Scope()) {
          gradients(last, Precision.FLOAT32, new CutGraph(), loss(config, true));
        }
        tracked = i == 3 ? Pointer.totalBytes() : tracked;
      }
      assertTrue(Pointer.totalBytes() <= tracked, "less where others' garbage was collected");
    }
  }

  @Test
  void gradientsAddToThoseThatAreThere() {
    UNetConfig config = new UNetConfig(backbone(false, true), 2, false);
    try (Scope scope = new Scope();
        Parameters last = TinyNetworks.byFormula(UNet.shapes(config)).channelsLast()) {
      Map<String, Tensor> once =
          gradients(last, Precision.FLOAT32, new CutGraph(), loss(config, true));
      Loss twice =
          (parameters, cuts) -> {
            CutGraph first = new CutGraph();
            first.backward(loss(config, true).of(parameters, first));
            return loss(config, true).of(parameters, cuts);
          };
      gradients(last, Precision.FLOAT32, new CutGraph(), twice)
          .forEach(
              (name, got) -> {
                double size = got.norm().item_double();
                double error = got.sub(once.get(name).mul(new Scalar(2.0))).norm().item_double();
                assertTrue(error <= 1e-5 * (size + 1e-3), () -> name + ": " + error);
              });
    }
  }
}
