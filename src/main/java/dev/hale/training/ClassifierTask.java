package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.engine.Parameters;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A classifier learns to tell diseased from healthy on noised images: cross entropy (Wolleb et al.
 * 2022).
 *
 * @param network layout
 * @param diffusion the forward process
 */
public record ClassifierTask(ClassifierConfig network, DiffusionSettings diffusion)
    implements Task {

  /** The task of a training. */
  public static ClassifierTask of(
      ClassifierConfig network, DiffusionSettings diffusion, TrainingSettings settings) {
    if (settings.noiseLevels() > diffusion.trainingSteps()) {
      throw new TrainingException(
          "training: noise_levels is %d, but the diffusion has %d steps"
              .formatted(settings.noiseLevels(), diffusion.trainingSteps()));
    }
    if (settings.labelDropout() != 0 || settings.minSnr() != 0) {
      throw new TrainingException(
          "training: label_dropout and min_snr are for diffusion models; set them to 0");
    }
    return new ClassifierTask(network, diffusion);
  }

  @Override
  public Parameters initialise() {
    return NoisyClassifier.initialise(network);
  }

  @Override
  public ObjectNode config() {
    ObjectNode config = NetworkFile.config("classifier", network);
    NetworkFile.put(config, "diffusion", diffusion);
    return config;
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images) {
    Tensor logProbabilities = torch.log_softmax(logits(weights, images, true), 1);
    return logProbabilities.gather(1, images.labels().unsqueeze(1)).neg().flatten(0, -1);
  }

  @Override
  public Validation validation() {
    return new ClassifierValidation(this);
  }

  Tensor logits(Parameters weights, NoisyImages images, boolean training) {
    GaussianDiffusion process =
        new GaussianDiffusion(diffusion.fullChain(), diffusion.prediction(), diffusion.variance());
    Tensor xt = process.qSample(images.x0(), images.timesteps(), images.noise());
    return new NoisyClassifier(network, weights).forward(xt, images.timesteps(), training);
  }
}
