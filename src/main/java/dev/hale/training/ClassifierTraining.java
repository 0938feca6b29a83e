package dev.hale.training;

import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.engine.Parameters;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NoisyClassifier;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains a classifier on noised images: t uniform, cross entropy (Wolleb et al. 2022), both classes
 * drawn equally often.
 *
 * @param network layout
 * @param diffusion the forward process
 * @param settings optimisation
 * @param noiseLevels t is uniform in 0 … noiseLevels-1; all of T as published
 */
public record ClassifierTraining(
    ClassifierConfig network,
    DiffusionSettings diffusion,
    TrainingSettings settings,
    int noiseLevels) {

  /** Trains from scratch and returns the averaged parameters, the caller's. */
  public Parameters train(TrainingImages images, TrainingLoop.Listener listener) {
    torch.manual_seed(settings.seed());
    SplittableRandom random = new SplittableRandom(settings.seed());
    GaussianDiffusion process =
        new GaussianDiffusion(diffusion.fullChain(), diffusion.prediction(), diffusion.variance());
    try (Parameters parameters = NoisyClassifier.initialise(network)) {
      NoisyClassifier classifier = new NoisyClassifier(network, parameters);
      return new TrainingLoop(settings, parameters)
          .run(
              step -> loss(classifier, process, images.drawBalanced(settings.batch(), random)),
              listener);
    }
  }

  private Tensor loss(
      NoisyClassifier classifier, GaussianDiffusion process, TrainingImages.Batch batch) {
    Tensor x0 = batch.images();
    Tensor levels = NoisyBatch.levels(x0, noiseLevels);
    Tensor xt = process.qSample(x0, levels, torch.randn_like(x0));
    return torch.cross_entropy(classifier.forward(xt, levels, true), batch.labels());
  }
}
