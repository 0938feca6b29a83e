package dev.hale.training;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.engine.Parameters;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains a U-Net to denoise: t uniform, mean squared error, the variational term where learned. */
public record DiffusionTraining(
    UNetConfig network, DiffusionSettings diffusion, TrainingSettings settings) {

  /** Trains from scratch and returns the averaged parameters, the caller's. */
  public Parameters train(TrainingImages images, TrainingLoop.Listener listener) {
    torch.manual_seed(settings.seed());
    SplittableRandom random = new SplittableRandom(settings.seed());
    GaussianDiffusion process =
        new GaussianDiffusion(diffusion.fullChain(), diffusion.prediction(), diffusion.variance());
    try (Parameters parameters = UNet.initialise(network)) {
      UNet unet = new UNet(network, parameters);
      return new TrainingLoop(settings, parameters)
          .run(step -> loss(unet, process, images.draw(settings.batch(), random)), listener);
    }
  }

  private Tensor loss(UNet unet, GaussianDiffusion process, TrainingImages.Batch batch) {
    Tensor x0 = batch.images();
    Tensor levels = NoisyBatch.levels(x0, diffusion.trainingSteps());
    Tensor noise = torch.randn_like(x0);
    Tensor xt = process.qSample(x0, levels, noise);
    Tensor labels = network.numClasses() > 0 ? batch.labels() : null;
    Tensor output = unet.forward(xt, levels, labels, true);
    return process.losses(output, x0, xt, levels, noise).total().mean();
  }
}
