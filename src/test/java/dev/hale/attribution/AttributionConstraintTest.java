package dev.hale.attribution;

import static dev.hale.model.TensorAssert.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.TinyNetworks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The constraint's loss by hand, and its gradients against finite differences. */
class AttributionConstraintTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Scope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Score linear(Tensor w) {
    return images -> images.mul(w).flatten(1, -1).sum(1);
  }

  @Test
  void onlyHealthyImagesCount() {
    Tensor w = torch.tensor(new float[] {0.01f, -0.02f}).reshape(1, 1, 1, 2);
    Tensor x = TinyNetworks.image(1, 3, 1, 1, 2);
    AttributionConstraint softplus =
        new AttributionConstraint(List.of(new GradientXInput()), Cost.SOFTPLUS, 100);
    Tensor labels = torch.tensor(new long[] {1, 0, 1});
    double expected = 0;
    for (int v = 0; v < 2; v++) {
      double a = x.select(0, 1).flatten(0, -1).select(0, v).item_double() * (v == 0 ? 1 : -2);
      expected += Math.log1p(Math.exp(a)) / 2;
    }
    assertEquals(
        expected, softplus.loss(linear(w), x, labels, null).item_double(), 1e-6, "by hand");
    Tensor none = softplus.loss(linear(w), x, torch.tensor(new long[] {1, 1, 1}), null);
    assertEquals(0, none.item_double());
  }

  @Test
  void aMaskLeavesVoxelsOut() {
    Tensor w = torch.tensor(new float[] {3, -2}).reshape(1, 1, 1, 2);
    Tensor x = TinyNetworks.image(1, 2, 1, 1, 2);
    AttributionConstraint ross = new AttributionConstraint(List.of(new Gradient()), Cost.ROSS, 0.5);
    assertEquals((9 + 4) / 8.0, ross.penalties(linear(w), x, null).select(0, 1).item_double());
    Tensor mask = torch.tensor(new long[] {1, 0, 0, 0}).reshape(2, 1, 1, 2);
    assertClose(torch.tensor(new float[] {9 / 4f, 0}), ross.penalties(linear(w), x, mask), 1e-6);
  }

  @Test
  void aHingeAsksNothingOfWhatSpeaksForHealth() {
    Tensor w = torch.tensor(new float[] {3, -2}).reshape(1, 1, 1, 2).requires_grad_(true);
    Tensor x = TinyNetworks.image(1, 2, 1, 1, 2);
    AttributionConstraint hinge =
        new AttributionConstraint(List.of(new Gradient()), Cost.HINGE, 0.5);
    Tensor cost = hinge.penalties(linear(w), x, null).select(0, 1);
    assertEquals(3 * 0.5 / 2, cost.item_double());
    cost.backward();
    assertClose(torch.tensor(new float[] {0.25f, 0}).reshape(1, 1, 1, 2), w.grad(), 1e-7);
  }

  @Test
  void severalAttributionsCountTheSame() {
    Tensor w = TinyNetworks.image(2, 1, 1, 4, 4);
    Tensor x = TinyNetworks.image(1, 2, 1, 4, 4);
    List<Attribution> both = List.of(new Gradient(), new GradientXInput());
    Tensor sum = torch.zeros(2);
    for (Attribution one : both) {
      sum = sum.add(constraint(List.of(one)).penalties(linear(w), x, null));
    }
    assertClose(sum.div(new Scalar(2.0)), constraint(both).penalties(linear(w), x, null), 1e-6);
  }

  private static AttributionConstraint constraint(List<Attribution> attributions) {
    return new AttributionConstraint(attributions, Cost.SOFTPLUS, 1);
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> constraint(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AttributionConstraint(List.of(new Gradient()), Cost.ROSS, 0));
  }

  /** Second-order gradients in double against central differences, in two and three dimensions. */
  @ParameterizedTest
  @CsvSource({"2, false", "3, false", "2, true"})
  void parameterGradientsAreDifferenceQuotients(int dimensions, boolean monotonic) {
    CriticConfig config =
        new CriticConfig(
            dimensions, 1, List.of(3, 4, 5), 4, 2, monotonic, true, CriticConfig.Pool.MEAN);
    Map<String, Tensor> doubles = new LinkedHashMap<>();
    try (Parameters floats = TinyNetworks.byFormula(ConvCritic.shapes(config))) {
      floats
          .asMap()
          .forEach(
              (name, tensor) ->
                  doubles.put(name, tensor.to(torch.ScalarType.Double).requires_grad_(true)));
    }
    long[] shape = dimensions == 2 ? new long[] {2, 1, 16, 16} : new long[] {2, 1, 16, 16, 16};
    Tensor x = TinyNetworks.image(1, shape).to(torch.ScalarType.Double);
    Tensor labels = torch.tensor(new long[] {0, 1});
    AttributionConstraint constraint =
        new AttributionConstraint(
            List.of(new Gradient(), new IntegratedGradients(PathRule.MIDPOINT, 2, 0, 0)),
            Cost.SOFTPLUS,
            100);
    try (Parameters parameters = Parameters.of(doubles)) {
      Score score = Score.of(new ConvCritic(config, parameters));
      Tensor loss = constraint.loss(score, x, labels, null);
      TensorVector leaves = new TensorVector(parameters.get("conv2.features.0.weight"));
      Tensor gradient = torch.grad(new TensorVector(loss), leaves).get(0).flatten(0, -1);
      int checked = 0;
      for (long at = 0; at < gradient.numel(); at += gradient.numel() / 7) {
        double quotient = quotient(constraint, score, x, labels, parameters, at);
        assertEquals(
            quotient,
            gradient.select(0, at).item_double(),
            1e-5 * gradient.abs().max().item_double());
        checked++;
      }
      assertTrue(checked >= 7);
    }
  }

  private static double quotient(
      AttributionConstraint constraint,
      Score score,
      Tensor x,
      Tensor labels,
      Parameters parameters,
      long at) {
    double h = 1e-6;
    double[] values = new double[2];
    for (int side = 0; side < 2; side++) {
      double step = side == 0 ? h : -2 * h;
      nudge(parameters, at, step);
      values[side] = constraint.loss(score, x, labels, null).item_double();
    }
    nudge(parameters, at, h);
    return (values[0] - values[1]) / (2 * h);
  }

  private static void nudge(Parameters parameters, long at, double step) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor weight = parameters.get("conv2.features.0.weight");
      weight.view(-1).select(0, at).add_(new Scalar(step));
    }
  }
}
