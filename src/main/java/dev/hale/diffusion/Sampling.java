package dev.hale.diffusion;

import dev.hale.engine.kernels.Kernels;
import java.util.Objects;

/**
 * How a sampler follows a chain. Each sampler says which of this it can heed ({@link
 * Sampler#require}); none of it is left out in silence.
 *
 * @param kernels who computes the step
 * @param output how the network's output is read
 * @param calls in how many of the steps the network is called; 0 for all
 * @param guidance the gradient that steers, or null
 * @param guidanceScale s, at least 0
 * @param eta of a sampler by DDIM: 0 for no noise, 1 for as much as DDPM (eq. 16)
 * @param noise where noise comes from; may be null where none is drawn
 * @param composing what the image is composed with after each step, or null
 * @param observer sees each step
 */
public record Sampling(
    Kernels kernels,
    Output output,
    int calls,
    Guidance guidance,
    double guidanceScale,
    double eta,
    NoiseSource noise,
    Composing composing,
    StepObserver observer) {

  /**
   * How a network's output is read.
   *
   * @param prediction what it predicts
   * @param variance of ancestral steps
   * @param clamp whether x̂0 is held in [-1, 1], before guidance
   */
  public record Output(Prediction prediction, Variance variance, boolean clamp) {}

  public Sampling {
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(observer, "observer");
    if (calls < 0) {
      throw new IllegalArgumentException("calls is %d, expected 0 or more".formatted(calls));
    }
    if (!(guidanceScale >= 0)) {
      throw new IllegalArgumentException(
          "the guidance scale is %s, expected 0 or more".formatted(guidanceScale));
    }
    if (!(eta >= 0)) {
      throw new IllegalArgumentException("eta is %s, expected 0 or more".formatted(eta));
    }
  }

  /** Without guidance, noise or composition, in every step; the variance is {@code FIXED_SMALL}. */
  public static Sampling of(Kernels kernels, Prediction prediction) {
    Output output = new Output(prediction, Variance.FIXED_SMALL, false);
    return new Sampling(kernels, output, 0, null, 0, 0, null, null, StepObserver.NONE);
  }

  /** With another variance of ancestral steps. */
  public Sampling withVariance(Variance variance) {
    return with(new Output(output.prediction, variance, output.clamp));
  }

  /** With x̂0 held in [-1, 1], or not. */
  public Sampling withClamp(boolean clamp) {
    return with(new Output(output.prediction, output.variance, clamp));
  }

  private Sampling with(Output newOutput) {
    return new Sampling(
        kernels, newOutput, calls, guidance, guidanceScale, eta, noise, composing, observer);
  }

  /** With the network called in so many steps; 0 for all. */
  public Sampling withCalls(int newCalls) {
    return new Sampling(
        kernels, output, newCalls, guidance, guidanceScale, eta, noise, composing, observer);
  }

  /** Steered by a gradient, or, where it is null or the scale 0, not. */
  public Sampling guidedBy(Guidance newGuidance, double scale) {
    Guidance used = scale == 0 ? null : newGuidance;
    return new Sampling(
        kernels, output, calls, used, used == null ? 0 : scale, eta, noise, composing, observer);
  }

  /** With noise in each step. */
  public Sampling withNoise(double newEta, NoiseSource source) {
    return new Sampling(
        kernels, output, calls, guidance, guidanceScale, newEta, source, composing, observer);
  }

  /** With the image composed after each step. */
  public Sampling composedWith(Composing newComposing) {
    return new Sampling(
        kernels, output, calls, guidance, guidanceScale, eta, noise, newComposing, observer);
  }

  /** Watched. */
  public Sampling seenBy(StepObserver newObserver) {
    return new Sampling(
        kernels, output, calls, guidance, guidanceScale, eta, noise, composing, newObserver);
  }
}
