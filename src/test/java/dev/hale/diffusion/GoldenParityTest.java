package dev.hale.diffusion;

import dev.hale.engine.Scope;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number that the reference implementation computed, on its weights and inputs. */
@Tag("slow")
class GoldenParityTest {

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void scheduleAndEquationsAgree(String set, String weights) {
    try (Golden golden = Golden.open(set, weights);
        Scope scope = new Scope()) {
      EquationParity.scheduleAgrees(golden.numbers);
      EquationParity.forwardReverseAndLossesAgree(golden.numbers);
    }
  }

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void networksAgree(String set, String weights) {
    try (Golden golden = Golden.open(set, weights);
        Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      GoldenNumbers numbers = golden.numbers;
      Tensor xt = numbers.get("q_sample");
      Tensor timesteps = numbers.get("t_model");
      Tensor output = golden.unet.forward(xt, timesteps, numbers.get("y"));
      numbers.assertAgrees("unet.output", output, GoldenNumbers.ONE_CALL);
      Tensor logits = golden.classifier.forward(xt, timesteps);
      numbers.assertAgrees("classifier.logits", logits, GoldenNumbers.ONE_CALL);
      Tensor gradient = new ClassifierGuidance(golden.classifier, 0).gradient(xt, timesteps);
      numbers.assertAgrees("classifier.grad_log_prob_y0", gradient, GoldenNumbers.ONE_CALL);
      Tensor healthyOutput = golden.unet.forward(xt, timesteps, zeros(xt));
      EquationParity.guidedStepsAgree(numbers, healthyOutput, gradient);
    }
  }

  @ParameterizedTest
  @CsvSource({"wolleb-a, pt", "wolleb-a, safetensors", "wolleb-b, safetensors"})
  void publishedDetectionAgrees(String set, String weights) {
    try (Golden golden = Golden.open(set, weights);
        Scope scope = new Scope()) {
      GoldenNumbers numbers = golden.numbers;
      Tensor noisy = numbers.get("loop.x_noisy");
      Denoiser healthy = golden.denoiser(zeros(noisy));
      Sampling sampler = Sampling.of(numbers.kernels(), Prediction.EPSILON).withClamp(true);
      DiffusionChain chain = numbers.diffusion.chain();
      List<ChainStep> up = chain.wolleb2022Encoding(golden.noiseLevel);
      List<ChainStep> down = chain.wolleb2022Decoding(golden.noiseLevel);
      Tensor encoded = DdimSampler.DDIM.sample(healthy, noisy, up, sampler);
      numbers.assertAgrees("loop.encoded", encoded, GoldenNumbers.LOOP);
      Tensor decoded =
          DdimSampler.DDIM.sample(
              healthy,
              encoded,
              down,
              sampler.guidedBy(
                  new ClassifierGuidance(golden.classifier, 0), numbers.classifierScale()));
      numbers.assertAgrees("loop.sample", decoded, GoldenNumbers.LOOP);
      Tensor map = numbers.get("x_start").sub(decoded).abs().sum(1);
      numbers.assertAgrees("loop.anomaly_map", map, GoldenNumbers.LOOP);
    }
  }

  private static Tensor zeros(Tensor x) {
    return torch.full(new long[] {x.size(0)}, new Scalar(0)).to(torch.ScalarType.Long);
  }
}
