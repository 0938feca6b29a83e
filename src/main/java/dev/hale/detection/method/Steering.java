package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.Guidance;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What leads decoding towards healthy. */
@FunctionalInterface
interface Steering {
  /**
   * For a batch.
   *
   * @param x the images before encoding, as the network takes them
   * @param batch what {@code x} was made of
   */
  Decoding of(Tensor x, SliceBatch batch);

  /** How many slices on either side of one it looks at, too. */
  default int context() {
    return 0;
  }

  /**
   * A network and a gradient.
   *
   * @param guidance null for none
   * @param label the only class that the network is told, where nothing else leads it; null where
   *     more than the network, the label and the image decides what comes out
   */
  record Decoding(Denoiser denoiser, Guidance guidance, Integer label) {}

  /**
   * The class "healthy" and, where there is one, a classifier (Wolleb et al. 2022).
   *
   * @param every how many calls of the network its gradient serves
   */
  static Steering classifier(DiffusionModel model, Guidance guidance, int every) {
    return (x, batch) ->
        new Decoding(
            model.denoiser(x, DiffusionModel.HEALTHY),
            HeldGuidance.of(guidance, every, x),
            guidance == null ? DiffusionModel.HEALTHY : null);
  }

  /**
   * ε̂ = ε(c) + w (ε(healthy) − ε(c)) (Ho and Salimans 2021), where c is the class that the network
   * was told while encoding: "no label" as published, of a network trained with withheld labels; or
   * "diseased", which contrasts the two classes.
   */
  static Steering classifierFree(DiffusionModel model, int encodingLabel, double weight) {
    return (x, batch) -> {
      Denoiser healthy = model.denoiser(x, DiffusionModel.HEALTHY);
      Denoiser base = model.denoiser(x, encodingLabel);
      return new Decoding(blend(base, healthy, null, weight), null, null);
    };
  }

  /**
   * first + weight · gate · (second − first).
   *
   * @param gate {@code [N, 1, S, S]}, or null for 1 everywhere
   */
  static Denoiser blend(Denoiser first, Denoiser second, Tensor gate, double weight) {
    return (image, timesteps) -> {
      Tensor base = first.predict(image, timesteps);
      Tensor change = second.predict(image, timesteps).sub(base).mul(new Scalar(weight));
      return base.add(gate == null ? change : change.mul(gate));
    };
  }
}
