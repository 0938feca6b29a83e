package dev.hale.diffusion;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.SafeTensors;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.ClassifierConfig.Pool;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.TinyNetworks;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What two pairs of tiny networks compute, weights by formula: numbers of our own, not the
 * reference's, stored when the full parity test passed. {@link #main} writes them and the subset of
 * the reference's numbers that travel with the source.
 */
final class OwnNumbers {
  private OwnNumbers() {}

  /** Everything by name; owned by the enclosing scope. */
  static Map<String, Tensor> compute() {
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    // Between them: both poolings, both attention orders, both ways to embed and to change size.
    networks("two-levels", TinyNetworks.backbone(8, 2), Pool.ATTENTION, numbers);
    networks("three-levels", TinyNetworks.threeLevels(8, 1), Pool.ADAPTIVE, numbers);
    return numbers;
  }

  private static void networks(
      String name, Backbone backbone, Pool pool, Map<String, Tensor> numbers) {
    UNetConfig unetConfig = new UNetConfig(backbone, 2, true);
    ClassifierConfig classifierConfig = new ClassifierConfig(backbone, pool, 2);
    try (Parameters unetParameters = TinyNetworks.byFormula(UNet.shapes(unetConfig));
        Parameters classifierParameters =
            TinyNetworks.byFormula(NoisyClassifier.shapes(classifierConfig))) {
      UNet unet = new UNet(unetConfig, unetParameters);
      NoisyClassifier classifier = new NoisyClassifier(classifierConfig, classifierParameters);
      ClassifierGuidance guidance = new ClassifierGuidance(classifier, 0);
      Tensor x = TinyNetworks.image(1, 2, backbone.inChannels(), 8, 8);
      Tensor timesteps = torch.tensor(new long[] {40, 700});
      Tensor output = unet.forward(x, timesteps, torch.tensor(new long[] {0, 1}));
      numbers.put(name + ".unet.output", output);
      numbers.put(name + ".classifier.logits", classifier.forward(x, timesteps));
      numbers.put(name + ".classifier.grad_log_prob_y0", guidance.gradient(x, timesteps));
      // Norms over the 2×2 maps of three levels magnify rounding too much for a loop to repeat.
      if (backbone.totalStride() == 2) {
        loop(name, unet, guidance, x, numbers);
      }
    }
  }

  /** The aligned detection: six steps up to t = 299 and, guided, down again. */
  private static void loop(
      String name, UNet unet, Guidance guidance, Tensor x, Map<String, Tensor> numbers) {
    Tensor healthy = torch.tensor(new long[] {0, 0});
    Denoiser model = (image, t) -> unet.forward(image, t, healthy);
    Sampling sampler = Sampling.of(Kernels.of(Device.CPU), Prediction.EPSILON);
    DiffusionChain chain =
        new DiffusionChain(NoiseSchedule.linear(1000), TimestepSpacing.upTo(300, 6));
    Tensor encoded = DdimSampler.DDIM.sample(model, x, chain.encoding(6), sampler);
    numbers.put(name + ".loop.encoded", encoded);
    Tensor decoded =
        DdimSampler.DDIM.sample(model, encoded, chain.decoding(6), sampler.guidedBy(guidance, 10));
    numbers.put(name + ".loop.sample", decoded);
  }

  private static final List<String> SCHEDULE =
      List.of("timestep_map", "alphas_cumprod", "betas", "posterior_variance");
  private static final List<String> IMAGES =
      List.of(
          "x_start",
          "noise",
          "t_index",
          "y",
          "t_model",
          "q_sample",
          "unet.output",
          "classifier.grad_log_prob_y0",
          "p_mean_variance.mean",
          "p_mean_variance.variance",
          "p_mean_variance.log_variance",
          "p_mean_variance.pred_xstart",
          "ddim_reverse_sample.sample",
          "training_losses.vb",
          "training_losses.mse",
          "training_losses.loss",
          "ddim_sample_guided.sample",
          "ddim_sample_guided.pred_xstart");

  /**
   * Writes the resources of {@link BundledParityTest}.
   *
   * @param args the folder of the reference's numbers, the folder to write to
   */
  public static void main(String[] args) {
    Path from = Path.of(args[0]);
    Path to = Path.of(args[1]);
    for (String set : List.of("wolleb-a", "wolleb-b")) {
      try (Scope scope = new Scope();
          Checkpoint all = Checkpoint.read(from.resolve(set + ".io.safetensors"))) {
        Map<String, Tensor> subset = new LinkedHashMap<>();
        SCHEDULE.forEach(name -> subset.put(name, all.get(name)));
        // The first image, whose class is 0: its output is also that of the guided step.
        IMAGES.forEach(name -> subset.put(name, all.get(name).narrow(0, 0, 1).contiguous()));
        SafeTensors.write(to.resolve(set + ".subset.safetensors"), subset, all.metadata());
      }
    }
    try (Scope scope = new Scope()) {
      SafeTensors.write(to.resolve("own.safetensors"), compute(), Map.of());
    }
  }
}
