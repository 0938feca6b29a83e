package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.attribution.Score;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.engine.Parameters;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.TrainingPass;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A classifier learns to tell diseased from healthy on noised images: cross entropy (Wolleb et al.
 * 2022), on request with the attribution constraint at every noise level, so that the gradient that
 * guides is about lesions.
 *
 * @param network layout
 * @param diffusion the forward process
 * @param constraint on the attributions of healthy noised images
 */
public record ClassifierTask(
    ClassifierConfig network, DiffusionSettings diffusion, Optional<ConstraintSettings> constraint)
    implements Task {

  public ClassifierTask {
    constraint.ifPresent(ClassifierTask::requirePossible);
  }

  /** Throws where noised images lack what an attribution needs. */
  public static void requirePossible(ConstraintSettings constraint) {
    if (constraint.attributions().contains(AttributionMethod.EXPECTED_GRADIENTS)) {
      throw new IllegalArgumentException(
          "attributions has expected-gradients, whose references would be of other noise levels");
    }
  }

  /** The task of a training without a constraint. */
  public static ClassifierTask of(
      ClassifierConfig network, DiffusionSettings diffusion, TrainingSettings settings) {
    return of(network, diffusion, Optional.empty(), settings);
  }

  /** The task of a training. */
  public static ClassifierTask of(
      ClassifierConfig network,
      DiffusionSettings diffusion,
      Optional<ConstraintSettings> constraint,
      TrainingSettings settings) {
    if (settings.noiseLevels() > diffusion.trainingSteps()) {
      throw new TrainingException(
          "training: noise_levels is %d, but the diffusion has %d steps"
              .formatted(settings.noiseLevels(), diffusion.trainingSteps()));
    }
    if (settings.labelDropout() != 0 || settings.minSnr() != 0) {
      throw new TrainingException(
          "training: label_dropout and min_snr are for diffusion models; set them to 0");
    }
    return new ClassifierTask(network, diffusion, constraint);
  }

  @Override
  public Parameters initialise() {
    return NoisyClassifier.initialise(network);
  }

  @Override
  public ObjectNode config() {
    ObjectNode config = NetworkFile.config("classifier", network);
    NetworkFile.put(config, "diffusion", diffusion);
    constraint.ifPresent(settings -> NetworkFile.put(config, "constraint", settings));
    return config;
  }

  /** Where an attribution is in the loss, LibTorch differentiates all of it, twice. */
  @Override
  public boolean channelsLast() {
    return constraint.isEmpty();
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    TrainingPass pass = constraint.isEmpty() ? step.pass() : step.pass().withoutCuts();
    Tensor logProbabilities = torch.log_softmax(logits(weights, images, pass), 1);
    Tensor losses = logProbabilities.gather(1, images.labels().unsqueeze(1)).neg().flatten(0, -1);
    if (constraint.isEmpty()) {
      return losses;
    }
    NoisyClassifier classifier = new NoisyClassifier(network, weights);
    return HealthyPenalty.add(
        constraint.get(),
        losses,
        noised(images),
        images.labels(),
        step,
        healthy -> Score.of(classifier, images.timesteps().index_select(0, healthy)));
  }

  @Override
  public Validation validation() {
    return new ClassifierValidation(this);
  }

  Tensor logits(Parameters weights, NoisyImages images, TrainingPass passOrNull) {
    return new NoisyClassifier(network, weights)
        .forward(noised(images), images.timesteps(), passOrNull);
  }

  private Tensor noised(NoisyImages images) {
    return new GaussianDiffusion(
            diffusion.fullChain(), diffusion.prediction(), diffusion.variance())
        .qSample(images.x0(), images.timesteps(), images.noise());
  }
}
