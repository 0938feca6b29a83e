package dev.hale.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionPenalty.Cost;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.TensorAssert;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number that the reference implementation computed with its critic. */
class AttributionParityTest {
  private static final double TOLERANCE = 1e-4; // of the largest reference value
  private static final CriticConfig CONFIG =
      new CriticConfig(2, 2, List.of(16, 32, 32, 64), 4, 2, false, true, CriticConfig.Pool.MEAN);

  private Scope scope;
  private Checkpoint numbers;
  private Parameters parameters;
  private ConvCritic critic;
  private Tensor x;

  @BeforeEach
  void open() {
    String folder = System.getenv("HALE_GOLDEN");
    assumeTrue(folder != null, "HALE_GOLDEN is not set");
    scope = new Scope();
    numbers = Checkpoint.read(Path.of(folder, "attribution-a.io.safetensors"));
    try (Checkpoint weights =
        Checkpoint.read(Path.of(folder, "attribution-a.critic.safetensors"))) {
      parameters = Parameters.load(weights, ConvCritic.shapes(CONFIG));
    }
    critic = new ConvCritic(CONFIG, parameters);
    x = numbers.get("x");
  }

  @AfterEach
  void close() {
    if (scope != null) {
      parameters.close();
      numbers.close();
      scope.close();
    }
  }

  @Test
  void logitsAgree() {
    assertAgrees("logit", critic.forward(x));
  }

  @Test
  void attributionsAgree() {
    Score score = Score.of(critic);
    assertAgrees("attribution.gradient", new Gradient().of(score, x));
    assertAgrees("attribution.gradient_x_input", new GradientXInput().of(score, x));
    Tensor references = numbers.get("eg.references");
    Tensor alpha = numbers.get("eg.alpha");
    assertAgrees(
        "attribution.expected_gradients",
        ExpectedGradients.at(references, alpha, false).of(score, x));
    assertAgrees(
        "attribution.expected_gradients_x_delta",
        ExpectedGradients.at(references, alpha, true).of(score, x));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 16})
  void integratedGradientsAgreeWhateverTheBatch(int batch) {
    Score score = Score.of(critic);
    IntegratedGradients integrated = new IntegratedGradients(PathRule.MIDPOINT, 32, 0, batch);
    Tensor attribution = integrated.of(score, x);
    assertAgrees("attribution.integrated_gradients_midpoint32", attribution);
    Tensor error = integrated.completenessError(score, x, attribution);
    // The reference kept score(x) - score(x'), what a complete attribution sums to.
    assertAgrees("ig.completeness_delta", attribution.flatten(1, -1).sum(1).sub(error));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient", "gradient_x_input"})
  void bothLossesAndEveryParameterGradientAgree(String name) {
    Attribution attribution = name.equals("gradient") ? new Gradient() : new GradientXInput();
    AttributionConstraint constraint =
        new AttributionConstraint(List.of(attribution), Cost.SOFTPLUS, 1);
    parameters.values().forEach(parameter -> parameter.requires_grad_(true));
    Tensor labels = numbers.get("label");
    Tensor classification =
        torch.binary_cross_entropy_with_logits(
            critic.forward(x), labels.to(torch.ScalarType.Float));
    Tensor penalty = constraint.loss(Score.of(critic), x, labels, null);
    String prefix = "constraint." + name + ".";
    assertAgrees(prefix + "classification_loss", classification.detach().reshape(1));
    assertAgrees(prefix + "constraint_loss", penalty.detach().reshape(1));
    TensorVector leaves = new TensorVector(parameters.values().toArray(new Tensor[0]));
    TensorVector gradients = torch.grad(new TensorVector(classification.add(penalty)), leaves);
    List<String> names = parameters.names();
    assertEquals(16, names.size());
    for (int p = 0; p < names.size(); p++) {
      assertAgrees(prefix + "param_grad." + names.get(p), gradients.get(p));
    }
  }

  private void assertAgrees(String name, Tensor actual) {
    Tensor expected = numbers.get(name);
    double scale = expected.abs().max().item_double();
    double difference = TensorAssert.largestDifference(expected, actual);
    assertTrue(
        difference <= TOLERANCE * scale,
        "%s: largest difference %.3g of largest value %.3g".formatted(name, difference, scale));
  }
}
