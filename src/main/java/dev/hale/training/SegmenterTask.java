package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Parameters;
import dev.hale.model.NetworkFile;
import dev.hale.model.TrainingPass;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A U-Net learns to mark what another method has marked: cross-entropy of the pixels plus one minus
 * soft Dice, (2 Σ p t + 1) / (Σ p + Σ t + 1), of each image. Of healthy images the target is
 * certain; of diseased ones it is a pseudo-label (Lee, ICML workshop 2013), right on average, and
 * what all of them have in common is what a network learns first.
 *
 * @param network layout without classes; the first channel of its output is the mask's logit
 */
public record SegmenterTask(UNetConfig network) implements Task {
  /** The task of a training. */
  public static SegmenterTask of(UNetConfig network, TrainingSettings settings) {
    settings.requireCleanImages();
    return new SegmenterTask(network);
  }

  @Override
  public Parameters initialise() {
    return UNet.initialise(network);
  }

  @Override
  public ObjectNode config() {
    return NetworkFile.config("segmenter", network);
  }

  @Override
  public boolean noisesImages() {
    return false;
  }

  @Override
  public boolean channelsLast() {
    return true;
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    return imageLosses(weights, images, step.pass());
  }

  @Override
  public Validation validation() {
    return new SegmenterValidation(this);
  }

  /**
   * The loss of each image, {@code [N]} float32.
   *
   * @param images with the pseudo-label behind their own channels, -1 for unmarked, 1 for marked
   */
  Tensor imageLosses(Parameters weights, NoisyImages images, TrainingPass passOrNull) {
    int channels = network.backbone().inChannels();
    Tensor x = images.x0().narrow(1, 0, channels);
    Tensor target = images.x0().narrow(1, channels, 1).add(new Scalar(1)).mul(new Scalar(0.5));
    Tensor output =
        new UNet(network, weights)
            .forward(x, torch.zeros_like(images.timesteps()), null, passOrNull);
    Tensor logits = output.narrow(1, 0, 1).to(target.scalar_type());
    // BCEWithLogits(o, t) = softplus(o) - t·o
    Tensor entropy = torch.softplus(logits).sub(logits.mul(target)).flatten(1, -1).mean(1);
    Tensor marked = logits.sigmoid();
    Tensor both = sum(marked.mul(target)).mul(new Scalar(2)).add(new Scalar(1));
    Tensor either = sum(marked).add(sum(target)).add(new Scalar(1));
    return entropy.add(new Scalar(1)).sub(both.div(either));
  }

  private static Tensor sum(Tensor images) {
    return images.flatten(1, -1).sum(1);
  }
}
