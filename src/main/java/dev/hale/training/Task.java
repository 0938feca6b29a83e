package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Parameters;
import org.bytedeco.pytorch.Tensor;

/** What a network learns. It holds no weights: the {@link Trainer} hands them over. */
public interface Task {
  /** Fresh weights, by LibTorch's current seed; the caller's. */
  Parameters initialise();

  /** Architecture, layout and diffusion, as a {@link dev.hale.model.NetworkFile} has them. */
  ObjectNode config();

  /**
   * What is to be minimised, for each image, with dropout active.
   *
   * @param weights of the network, float32 or (but for the norms') bfloat16
   * @return {@code [N]} float32
   */
  Tensor losses(Parameters weights, NoisyImages images, StepContext step);

  /**
   * Whether images are noised to the timesteps that are drawn for them; else those mean nothing.
   */
  default boolean noisesImages() {
    return true;
  }

  /**
   * Whether images and convolution weights lie in memory with channels last: quicker, but where
   * LibTorch normalises, whose derivative is slow then.
   */
  default boolean channelsLast() {
    return false;
  }

  /** How its network is judged. */
  Validation validation();
}
