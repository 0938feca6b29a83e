package dev.hale.attribution;

import dev.hale.attribution.InputGradient.Point;
import dev.hale.attribution.InputGradient.Points;
import dev.hale.engine.Scope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * (x - x') · ∫₀¹ ∂score/∂x at x' + α(x - x') dα (Sundararajan, Taly and Yan 2017, eq. 1), with a
 * constant image x'.
 *
 * @param rule how the integral is taken
 * @param steps gradients an image; at least 1, with {@link PathRule#TRAPEZOID} 2
 * @param baseline the value of x'; 0 is the customary one, -1 the background of prepared images
 * @param batch images that go through the network together at most; 0 for as many as there are
 */
public record IntegratedGradients(PathRule rule, int steps, double baseline, int batch)
    implements Attribution {
  public IntegratedGradients {
    if (steps < rule.least()) {
      throw new IllegalArgumentException(
          "steps is %d, expected %d or more".formatted(steps, rule.least()));
    }
    if (batch < 0) {
      throw new IllegalArgumentException("batch is %d, expected 0 or more".formatted(batch));
    }
  }

  @Override
  public Tensor compute(Score score, Tensor x, boolean keepGraph) {
    PathRule.Nodes nodes = rule.nodes(steps);
    Points path =
        new Points() {
          @Override
          public int count() {
            return steps;
          }

          @Override
          public Point of(int point, Tensor images, int first) {
            Tensor constant = torch.full_like(images.narrow(0, 0, 1), new Scalar(baseline));
            return new Point(
                constant.expand_as(images),
                Point.same(nodes.positions()[point], images.size(0)),
                true,
                nodes.weights()[point]);
          }
        };
    return InputGradient.sum(score, x, path, batch, keepGraph);
  }

  /**
   * How far an attribution is from complete: Σ A - (score(x) - score(x')), which vanishes as the
   * integral becomes exact (Sundararajan et al. 2017, proposition 1).
   *
   * @param attribution of {@code x}, by this
   * @return {@code [N]}
   */
  public Tensor completenessError(Score score, Tensor x, Tensor attribution) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor rise = score.of(x).sub(score.of(torch.full_like(x, new Scalar(baseline))));
      return scope.keep(attribution.flatten(1, -1).sum(1).sub(rise));
    }
  }
}
