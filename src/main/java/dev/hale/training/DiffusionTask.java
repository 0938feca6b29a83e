package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.GaussianDiffusion.Losses;
import dev.hale.engine.Parameters;
import dev.hale.model.NetworkFile;
import dev.hale.model.TrainingPass;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A U-Net learns to denoise: mean squared error, with min-SNR weights on request, and the
 * variational term where the variance is learned.
 *
 * @param network layout as it is built; where labels are withheld, its last class means "no label"
 * @param diffusion the forward process
 * @param minSnr γ of the min-SNR weights, 0 for none
 * @param labelDropout probability that a label is withheld
 */
public record DiffusionTask(
    UNetConfig network, DiffusionSettings diffusion, double minSnr, double labelDropout)
    implements Task {

  /**
   * The task of a training.
   *
   * @param network with as many classes as there are labels, 2, or with none; with label dropout
   *     the network is built with one class more, the last, which stands for "no label"
   */
  public static DiffusionTask of(
      UNetConfig network, DiffusionSettings diffusion, TrainingSettings settings) {
    if (settings.noiseLevels() > diffusion.trainingSteps()) {
      throw new TrainingException(
          "training: noise_levels is %d, but the diffusion has %d steps"
              .formatted(settings.noiseLevels(), diffusion.trainingSteps()));
    }
    if (settings.labelDropout() > 0 && network.numClasses() == 0) {
      throw new TrainingException(
          "training: label_dropout is %s, but the network is not conditioned on classes"
              .formatted(settings.labelDropout()));
    }
    UNetConfig built =
        settings.labelDropout() > 0
            ? new UNetConfig(network.backbone(), network.numClasses() + 1, network.learnSigma())
            : network;
    return new DiffusionTask(built, diffusion, settings.minSnr(), settings.labelDropout());
  }

  @Override
  public Parameters initialise() {
    return UNet.initialise(network);
  }

  @Override
  public ObjectNode config() {
    ObjectNode config = NetworkFile.config("unet", network);
    NetworkFile.put(config, "diffusion", diffusion);
    return config;
  }

  @Override
  public boolean channelsLast() {
    return true;
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    Losses losses = parts(weights, images, step.pass());
    if (minSnr == 0) {
      return losses.total();
    }
    Tensor weighted = losses.mse().mul(process().minSnrWeights(images.timesteps(), minSnr));
    return losses.vlb() == null ? weighted : weighted.add(losses.vlb());
  }

  @Override
  public Validation validation() {
    return new DenoisingValidation(this);
  }

  Losses parts(Parameters weights, NoisyImages images, TrainingPass passOrNull) {
    GaussianDiffusion process = process();
    Tensor xt = process.qSample(images.x0(), images.timesteps(), images.noise());
    Tensor output =
        new UNet(network, weights)
            .forward(xt, images.timesteps(), classes(images.labels()), passOrNull);
    return process.losses(output, images.x0(), xt, images.timesteps(), images.noise());
  }

  private GaussianDiffusion process() {
    return new GaussianDiffusion(
        diffusion.fullChain(), diffusion.prediction(), diffusion.variance());
  }

  /** The network's classes of these labels; null where it has none. */
  private Tensor classes(Tensor labels) {
    if (network.numClasses() == 0) {
      return null;
    }
    Tensor none = torch.full_like(labels, new Scalar(network.numClasses() - 1));
    return torch.where(labels.lt(new Scalar(0)), none, labels);
  }
}
