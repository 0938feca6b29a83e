package dev.hale.diffusion;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A way to follow a chain of noise levels with a network: which equation turns the image of one
 * level into that of the next. It holds no state. {@link Samplers} finds one by name, also one of
 * somebody else's jar that is named in {@code META-INF/services/dev.hale.diffusion.Sampler}; one
 * that calls the network in every step is a {@link StepwiseSampler} and has no loop of its own.
 */
public interface Sampler {
  /** What commands and configurations call it: lower case, dashes. */
  String name();

  /**
   * Whether it also goes up, from image to noise, which only one that draws no noise can: with it
   * an image is encoded and found again.
   */
  boolean encodes();

  /** Whether {@link Sampling#eta} may be other than 0. */
  default boolean takesEta() {
    return false;
  }

  /**
   * Whether it draws noise on the way, so that the same start leads elsewhere each time.
   *
   * @param eta as {@link Sampling#eta}
   */
  default boolean draws(double eta) {
    return eta != 0 || !encodes();
  }

  /**
   * Throws unless it can do what it is told.
   *
   * @throws IllegalArgumentException if not
   */
  void require(Sampling how);

  /**
   * Follows a chain.
   *
   * @param model the network
   * @param x images at the chain's first level {@code [N, C, H, W]} float32; left as they are
   * @param chain the steps, down or, where it {@link #encodes}, up
   * @param how what steers, what is drawn, who watches
   * @return images at the chain's last level, the caller's; they lie in memory as {@code x} does
   * @throws IllegalArgumentException as {@link #require} does
   */
  Tensor sample(Denoiser model, Tensor x, List<ChainStep> chain, Sampling how);
}
