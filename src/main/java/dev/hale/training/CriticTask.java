package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.attribution.Score;
import dev.hale.engine.Parameters;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A critic learns to tell diseased from healthy on clean images while no voxel of a healthy image
 * may speak for disease: BCEWithLogits(o, y) + λ · mean penalty of the attributions of healthy
 * images (Wargnier-Dauchelle et al., IEEE TMI 2023).
 *
 * @param network layout
 * @param constraint on the attributions; of weight 0 for none
 */
public record CriticTask(CriticConfig network, ConstraintSettings constraint) implements Task {

  /** The task of a training. */
  public static CriticTask of(
      CriticConfig network, ConstraintSettings constraint, TrainingSettings settings) {
    if (settings.labelDropout() != 0
        || settings.minSnr() != 0
        || settings.timesteps() != TimestepSampling.UNIFORM) {
      throw new TrainingException(
          "training: label_dropout, min_snr and timesteps are for noised images; leave them out");
    }
    return new CriticTask(network, constraint);
  }

  @Override
  public Parameters initialise() {
    return ConvCritic.initialise(network);
  }

  @Override
  public ObjectNode config() {
    ObjectNode config = NetworkFile.config("critic", network);
    NetworkFile.put(config, "constraint", constraint);
    return config;
  }

  @Override
  public boolean noisesImages() {
    return false;
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    ConvCritic critic = new ConvCritic(network, weights);
    Tensor logits = critic.forward(images.x0());
    // BCEWithLogits(o, y) = softplus(o) - y·o
    Tensor losses = torch.softplus(logits).sub(logits.mul(images.labels().to(logits)));
    Score score = Score.of(critic);
    return HealthyPenalty.add(
        constraint, losses, images.x0(), images.labels(), step, healthy -> score);
  }

  @Override
  public Validation validation() {
    return new CriticValidation(network);
  }
}
