package dev.hale.attribution;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.TinyNetworks;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attributions of scores whose attributions can be worked out by hand, and what holds for all. */
class AttributionTest {
  private static final CriticConfig CRITIC =
      new CriticConfig(2, 2, List.of(4, 8), 4, 2, false, true, CriticConfig.Pool.MEAN);

  private Scope scope;
  private Tensor x;
  private Tensor references;

  @BeforeEach
  void open() {
    scope = new Scope();
    x = TinyNetworks.image(1, 3, 2, 16, 16);
    references = TinyNetworks.image(2, 5, 2, 16, 16);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static List<Attribution> all() {
    return List.of(
        new Gradient(),
        new GradientXInput(),
        new IntegratedGradients(PathRule.GAUSS_LEGENDRE, 4, -1, 0),
        new ExpectedGradients(null, true, 3, true, true, n -> 1 + n, 0),
        new SmoothGrad(3, 0.1, n -> 1 + n, 0));
  }

  /** w·x + 0.3. */
  private static Score linear(Tensor w) {
    return images -> images.mul(w).flatten(1, -1).sum(1).add(new Scalar(0.3));
  }

  private static Score cubic() {
    return images -> images.square().mul(images).flatten(1, -1).sum(1);
  }

  @Test
  void aLinearScoreIsItsWeights() {
    Tensor w = TinyNetworks.image(3, 1, 2, 16, 16);
    Score score = linear(w);
    Tensor everywhere = w.expand_as(x);
    assertClose(everywhere, new Gradient().of(score, x), 1e-6);
    assertClose(everywhere, new SmoothGrad(4, 0.5, n -> 9 + n, 0).of(score, x), 1e-6);
    assertClose(
        everywhere,
        new ExpectedGradients(references, false, 4, false, false, n -> 9 + n, 0).of(score, x),
        1e-6);
    assertClose(w.mul(x), new GradientXInput().of(score, x), 1e-6);
  }

  @ParameterizedTest
  @EnumSource
  void integratedGradientsOfALinearScoreAreComplete(PathRule rule) {
    Tensor w = TinyNetworks.image(3, 1, 2, 16, 16);
    IntegratedGradients integrated = new IntegratedGradients(rule, 2, -1, 0);
    Tensor attribution = integrated.of(linear(w), x);
    assertClose(x.add(new Scalar(1.0)).mul(w), attribution, 1e-6);
    Tensor error = integrated.completenessError(linear(w), x, attribution);
    assertTrue(error.abs().max().item_double() < 1e-4);
  }

  /** ∫ 3(αx)² dα · x = x³; the midpoint rule with two steps gives 15/16 of it. */
  @Test
  void theIntegralIsAsExactAsItsRule() {
    Tensor exact = x.square().mul(x);
    assertClose(
        exact, new IntegratedGradients(PathRule.GAUSS_LEGENDRE, 2, 0, 0).of(cubic(), x), 1e-6);
    assertClose(
        exact.mul(new Scalar(15.0 / 16)),
        new IntegratedGradients(PathRule.MIDPOINT, 2, 0, 0).of(cubic(), x),
        1e-6);
    assertClose(
        exact.mul(new Scalar(1.125)),
        new IntegratedGradients(PathRule.TRAPEZOID, 3, 0, 0).of(cubic(), x),
        1e-6);
  }

  @Test
  void gaussLegendreHasTheTabledNodes() {
    PathRule.Nodes nodes = PathRule.GAUSS_LEGENDRE.nodes(3);
    assertEquals(0.5 - Math.sqrt(0.6) / 2, nodes.positions()[0], 1e-14);
    assertEquals(0.5, nodes.positions()[1], 1e-14);
    assertEquals(5.0 / 18, nodes.weights()[2], 1e-14);
    double sum = 0;
    for (double weight : PathRule.GAUSS_LEGENDRE.nodes(64).weights()) {
      sum += weight;
    }
    assertEquals(1, sum, 1e-12);
  }

  /** With (x - x') and the zero image alone, expected gradients are integrated gradients. */
  @Test
  void expectedGradientsFromZeroApproachIntegratedGradients() {
    Tensor integrated = new IntegratedGradients(PathRule.GAUSS_LEGENDRE, 4, 0, 0).of(cubic(), x);
    Tensor expected =
        new ExpectedGradients(null, true, 200, true, true, n -> 4 + n, 0).of(cubic(), x);
    assertClose(integrated, expected, 0.02);
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSameComesOutTwiceAndWithAGraph(Attribution attribution) {
    Tensor first = attribution.of(cubic(), x);
    assertIdentical(first, attribution.of(cubic(), x));
    assertFalse(first.requires_grad());
    Tensor w = TinyNetworks.image(3, 1, 2, 16, 16).requires_grad_(true);
    Score weighted = images -> images.square().mul(w).flatten(1, -1).sum(1);
    Tensor withGraph = attribution.withGraph(weighted, x);
    assertTrue(withGraph.requires_grad());
    assertClose(attribution.of(weighted, x), withGraph.detach(), 1e-6);
  }

  @Test
  void memoryMayBeBoundedWithoutChangingAnything() {
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(CRITIC))) {
      Score score = Score.of(new ConvCritic(CRITIC, parameters));
      for (int batch : new int[] {1, 2, 7}) {
        assertClose(
            new SmoothGrad(5, 0.1, n -> 3 + n, 0).of(score, x),
            new SmoothGrad(5, 0.1, n -> 3 + n, batch).of(score, x),
            1e-6);
        assertClose(
            new ExpectedGradients(references, true, 5, false, true, n -> 3 + n, 0).of(score, x),
            new ExpectedGradients(references, true, 5, false, true, n -> 3 + n, batch).of(score, x),
            1e-6);
      }
    }
  }

  @Test
  void aVolumeIsAttributedLikeAnImage() {
    Tensor volume = TinyNetworks.image(5, 2, 1, 16, 16, 16);
    // One layer, hence no norm, in front of which a path from a constant image would jump.
    CriticConfig config =
        new CriticConfig(3, 1, List.of(4), 4, 2, false, true, CriticConfig.Pool.MEAN);
    try (Parameters parameters = TinyNetworks.byFormula(ConvCritic.shapes(config))) {
      Score score = Score.of(new ConvCritic(config, parameters));
      IntegratedGradients integrated = new IntegratedGradients(PathRule.GAUSS_LEGENDRE, 100, 0, 8);
      Tensor attribution = integrated.of(score, volume);
      assertTrue(attribution.is_same_size(volume));
      Tensor error = integrated.completenessError(score, volume, attribution);
      double scale = score.of(volume).abs().max().item_double();
      assertTrue(
          error.abs().max().item_double() < 0.01 * scale,
          "incomplete: " + error.abs().max().item_double());
      assertTrue(new Gradient().of(score, volume).abs().max().item_double() > 0);
    }
  }

  @Test
  void aClassifiersScoreIsItsLogOdds() {
    ClassifierConfig config =
        new ClassifierConfig(TinyNetworks.backbone(16, 2), ClassifierConfig.Pool.ATTENTION, 2);
    try (Parameters parameters = TinyNetworks.byFormula(NoisyClassifier.shapes(config))) {
      NoisyClassifier classifier = new NoisyClassifier(config, parameters);
      Tensor one = Score.of(classifier, 40).of(x);
      Tensor timesteps = torch.tensor(new long[] {40, 40, 40});
      assertClose(one, Score.of(classifier, timesteps).of(x), 1e-5);
      Tensor logits = classifier.forward(x, timesteps);
      assertClose(logits.select(1, 1).sub(logits.select(1, 0)), one, 1e-5);
      Score tied = Score.of(classifier, timesteps);
      assertThrows(IllegalArgumentException.class, () -> tied.of(x.narrow(0, 0, 2)));
      // Attention, group norm and all are differentiated twice.
      parameters.values().forEach(parameter -> parameter.requires_grad_(true));
      new Gradient().withGraph(tied, x).square().sum().backward();
      assertTrue(parameters.get("input_blocks.0.0.weight").grad().abs().max().item_double() > 0);
    }
  }
}
