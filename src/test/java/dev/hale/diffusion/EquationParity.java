package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Schedule, equations and losses against the reference, given the reference's network outputs. */
final class EquationParity {
  private EquationParity() {}

  static void scheduleAgrees(GoldenNumbers golden) {
    DiffusionChain chain = golden.diffusion.chain();
    assertEquals(golden.get("timestep_map").numel(), chain.length());
    for (int i = 0; i < chain.length(); i++) {
      assertEquals(golden.get("timestep_map").select(0, i).item_long(), chain.timestep(i));
      assertClose(golden, "alphas_cumprod", i, chain.alphaCumprod(i));
      assertClose(golden, "betas", i, chain.beta(i));
      assertClose(golden, "posterior_variance", i, chain.posteriorVariance(i));
    }
  }

  private static void assertClose(GoldenNumbers golden, String name, int i, double actual) {
    double expected = golden.get(name).select(0, i).item_double();
    assertEquals(expected, actual, 1e-10 * Math.abs(expected) + 1e-15, name + " " + i);
  }

  static void forwardReverseAndLossesAgree(GoldenNumbers golden) {
    GaussianDiffusion diffusion = golden.diffusion;
    Tensor x0 = golden.get("x_start");
    Tensor noise = golden.get("noise");
    Tensor levels = golden.get("t_index");
    Tensor output = golden.get("unet.output");
    Tensor xt = diffusion.qSample(x0, levels, noise);
    golden.assertAgrees("q_sample", xt, 1e-6);

    var reverse = diffusion.reverse(output, xt, levels, true);
    golden.assertAgrees("p_mean_variance.mean", reverse.mean(), GoldenNumbers.ONE_CALL);
    golden.assertAgrees("p_mean_variance.pred_xstart", reverse.predX0(), GoldenNumbers.ONE_CALL);
    golden.assertAgrees(
        "p_mean_variance.log_variance", reverse.logVariance(), GoldenNumbers.ONE_CALL);
    golden.assertAgrees(
        "p_mean_variance.variance", reverse.logVariance().exp(), GoldenNumbers.ONE_CALL);

    var losses = diffusion.losses(output, x0, xt, levels, noise);
    golden.assertAgrees("training_losses.mse", losses.mse(), GoldenNumbers.ONE_CALL);
    golden.assertAgrees("training_losses.vb", losses.vlb(), GoldenNumbers.ONE_CALL);
    golden.assertAgrees("training_losses.loss", losses.total(), GoldenNumbers.ONE_CALL);

    Tensor reversed = torch.empty_like(xt);
    for (int n = 0; n < xt.size(0); n++) { // each image stands at its own level
      golden
          .kernels()
          .denoiseStep(
              xt.narrow(0, n, 1),
              output.narrow(0, n, 1),
              null,
              null,
              coefficients(golden, n, 1, 0),
              StepOutputs.next(reversed.narrow(0, n, 1)));
    }
    golden.assertAgrees("ddim_reverse_sample.sample", reversed, GoldenNumbers.ONE_CALL);
  }

  /**
   * The guided step of each image in the reference's results.
   *
   * @param healthyOutput the network's output conditioned on the healthy class
   */
  static void guidedStepsAgree(GoldenNumbers golden, Tensor healthyOutput, Tensor gradient) {
    Tensor xt = golden.get("q_sample");
    Tensor guided = torch.empty_like(xt);
    Tensor guidedX0 = torch.empty_like(xt);
    for (int n = 0; n < xt.size(0); n++) {
      golden
          .kernels()
          .denoiseStep(
              xt.narrow(0, n, 1),
              healthyOutput.narrow(0, n, 1),
              gradient.narrow(0, n, 1),
              null,
              coefficients(golden, n, -1, golden.classifierScale()),
              StepOutputs.withPredX0(guided.narrow(0, n, 1), guidedX0.narrow(0, n, 1)));
    }
    golden.assertAgrees("ddim_sample_guided.sample", guided, GoldenNumbers.ONE_CALL);
    golden.assertAgrees("ddim_sample_guided.pred_xstart", guidedX0, GoldenNumbers.ONE_CALL);
  }

  private static StepCoefficients coefficients(
      GoldenNumbers golden, int image, int direction, double scale) {
    DiffusionChain chain = golden.diffusion.chain();
    int level = (int) golden.get("t_index").select(0, image).item_long();
    double a = chain.alphaCumprod(level);
    double to = chain.alphaCumprod(level + direction);
    ChainStep step = new ChainStep(chain.timestep(level), a, a, to, Double.NaN, 0, 1);
    Sampling how = Sampling.of(golden.kernels(), Prediction.EPSILON).withClamp(true);
    // A gradient is asked for by its scale alone.
    return DdimSampler.DDIM.step(step, how.guidedBy((x, timesteps) -> x, scale));
  }
}
