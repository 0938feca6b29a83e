package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.StepOutputs;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number that the reference implementation computed, on its weights and inputs. */
class GoldenParityTest {

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void scheduleAgrees(String set, String weights) {
    try (Golden golden = Golden.open(set, weights)) {
      DiffusionChain chain = golden.diffusion.chain();
      assertEquals(golden.get("timestep_map").numel(), chain.length());
      for (int i = 0; i < chain.length(); i++) {
        assertEquals(golden.get("timestep_map").select(0, i).item_long(), chain.timestep(i));
        assertClose(golden, "alphas_cumprod", i, chain.alphaCumprod(i));
        assertClose(golden, "betas", i, chain.beta(i));
        assertClose(golden, "posterior_variance", i, chain.posteriorVariance(i));
      }
    }
  }

  private static void assertClose(Golden golden, String name, int i, double actual) {
    double expected = golden.get(name).select(0, i).item_double();
    assertEquals(expected, actual, 1e-10 * Math.abs(expected) + 1e-15, name + " " + i);
  }

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void networksAndEquationsAgree(String set, String weights) {
    try (Golden golden = Golden.open(set, weights);
        Scope scope = new Scope()) {
      try (NoGradGuard noGrad = new NoGradGuard()) {
        agree(golden);
      }
    }
  }

  private static void agree(Golden golden) {
    GaussianDiffusion diffusion = golden.diffusion;
    Tensor x0 = golden.get("x_start");
    Tensor noise = golden.get("noise");
    Tensor levels = golden.get("t_index");
    Tensor timesteps = golden.get("t_model");
    Tensor xt = diffusion.qSample(x0, levels, noise);
    golden.assertAgrees("q_sample", xt, 1e-6);

    Tensor output = golden.unet.forward(xt, timesteps, golden.get("y"));
    golden.assertAgrees("unet.output", output, Golden.ONE_CALL);
    // From here on the equations alone: x̂0 magnifies what float32 differs in the network's output.
    output = golden.get("unet.output");
    golden.assertAgrees(
        "classifier.logits", golden.classifier.forward(xt, timesteps), Golden.ONE_CALL);
    Tensor gradient = new ClassifierGuidance(golden.classifier, 0).gradient(xt, timesteps);
    golden.assertAgrees("classifier.grad_log_prob_y0", gradient, Golden.ONE_CALL);

    var reverse = diffusion.reverse(output, xt, levels, true);
    golden.assertAgrees("p_mean_variance.mean", reverse.mean(), Golden.ONE_CALL);
    golden.assertAgrees("p_mean_variance.pred_xstart", reverse.predX0(), Golden.ONE_CALL);
    golden.assertAgrees("p_mean_variance.log_variance", reverse.logVariance(), Golden.ONE_CALL);
    golden.assertAgrees("p_mean_variance.variance", reverse.logVariance().exp(), Golden.ONE_CALL);

    var losses = diffusion.losses(output, x0, xt, levels, noise);
    golden.assertAgrees("training_losses.mse", losses.mse(), Golden.ONE_CALL);
    golden.assertAgrees("training_losses.vb", losses.vlb(), Golden.ONE_CALL);
    golden.assertAgrees("training_losses.loss", losses.total(), Golden.ONE_CALL);

    Tensor healthyOutput = golden.unet.forward(xt, timesteps, zeros(xt));
    Tensor reversed = torch.empty_like(xt);
    Tensor guided = torch.empty_like(xt);
    Tensor guidedX0 = torch.empty_like(xt);
    for (int n = 0; n < xt.size(0); n++) { // each image stands at its own level
      int level = (int) levels.select(0, n).item_long();
      DiffusionChain chain = diffusion.chain();
      double a = chain.alphaCumprod(level);
      ChainStep up =
          new ChainStep(chain.timestep(level), a, a, chain.alphaCumprod(level + 1), 0, 1);
      ChainStep down =
          new ChainStep(chain.timestep(level), a, a, chain.alphaCumprod(level - 1), 0, 1);
      golden
          .kernels()
          .denoiseStep(
              xt.narrow(0, n, 1),
              output.narrow(0, n, 1),
              null,
              null,
              StepEquations.ddim(Prediction.EPSILON, up, 0, true, 0),
              StepOutputs.next(reversed.narrow(0, n, 1)));
      golden
          .kernels()
          .denoiseStep(
              xt.narrow(0, n, 1),
              healthyOutput.narrow(0, n, 1),
              gradient.narrow(0, n, 1),
              null,
              StepEquations.ddim(Prediction.EPSILON, down, 0, true, golden.classifierScale),
              StepOutputs.withPredX0(guided.narrow(0, n, 1), guidedX0.narrow(0, n, 1)));
    }
    golden.assertAgrees("ddim_reverse_sample.sample", reversed, Golden.ONE_CALL);
    golden.assertAgrees("ddim_sample_guided.sample", guided, Golden.ONE_CALL);
    golden.assertAgrees("ddim_sample_guided.pred_xstart", guidedX0, Golden.ONE_CALL);
  }

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void publishedDetectionAgrees(String set, String weights) {
    try (Golden golden = Golden.open(set, weights);
        Scope scope = new Scope()) {
      Tensor noisy = golden.get("loop.x_noisy");
      Denoiser healthy = golden.denoiser(zeros(noisy));
      DdimSampler sampler = new DdimSampler(golden.kernels(), Prediction.EPSILON, true);
      List<ChainStep> up = golden.diffusion.chain().wolleb2022Encoding(golden.noiseLevel);
      List<ChainStep> down = golden.diffusion.chain().wolleb2022Decoding(golden.noiseLevel);
      Tensor encoded = sampler.run(healthy, noisy, up, StepObserver.NONE);
      golden.assertAgrees("loop.encoded", encoded, Golden.LOOP);
      Tensor decoded =
          sampler.run(
              healthy,
              encoded,
              down,
              new ClassifierGuidance(golden.classifier, 0),
              golden.classifierScale,
              StepObserver.NONE);
      golden.assertAgrees("loop.sample", decoded, Golden.LOOP);
      Tensor map = golden.get("x_start").sub(decoded).abs().sum(1);
      golden.assertAgrees("loop.anomaly_map", map, Golden.LOOP);
    }
  }

  private static Tensor zeros(Tensor x) {
    return torch.full(new long[] {x.size(0)}, new Scalar(0)).to(torch.ScalarType.Long);
  }
}
