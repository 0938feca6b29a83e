package dev.hale.attribution;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.function.IntToLongFunction;
import org.bytedeco.pytorch.Tensor;

/** The attributions by name, for configurations and command lines. */
public enum AttributionMethod {
  /** ∂o/∂x, {@link Gradient}. */
  @JsonProperty("gradient")
  GRADIENT("gradient"),
  /** x · ∂o/∂x, {@link GradientXInput}. */
  @JsonProperty("gradient-x-input")
  GRADIENT_X_INPUT("gradient-x-input"),
  /**
   * {@link IntegratedGradients} by the midpoint rule, from the background (-1): no voxel is darker,
   * so that the sign is the gradient's along the path.
   */
  @JsonProperty("integrated-gradients")
  INTEGRATED_GRADIENTS("integrated-gradients"),
  /** {@link ExpectedGradients} with stratified α, not times (x - x'). */
  @JsonProperty("expected-gradients")
  EXPECTED_GRADIENTS("expected-gradients"),
  /** {@link SmoothGrad} with noise of 0.1. */
  @JsonProperty("smoothgrad")
  SMOOTHGRAD("smoothgrad");

  private static final double NOISE = 0.1;
  private static final double BACKGROUND = -1;

  private final String title;

  AttributionMethod(String title) {
    this.title = title;
  }

  /** The name in configurations and on command lines. */
  @Override
  public String toString() {
    return title;
  }

  /**
   * The attribution.
   *
   * @param steps gradients an image, where the method takes several; at least 1
   * @param references of expected gradients; null for the zero image
   * @param seeds of what is drawn for the image at a place of the batch
   * @param batch images that go through the network together at most; 0 for as many as there are
   */
  public Attribution attribution(int steps, Tensor references, IntToLongFunction seeds, int batch) {
    return switch (this) {
      case GRADIENT -> new Gradient();
      case GRADIENT_X_INPUT -> new GradientXInput();
      case INTEGRATED_GRADIENTS ->
          new IntegratedGradients(PathRule.MIDPOINT, steps, BACKGROUND, batch);
      case EXPECTED_GRADIENTS ->
          new ExpectedGradients(references, references == null, steps, true, false, seeds, batch);
      case SMOOTHGRAD -> new SmoothGrad(steps, NOISE, seeds, batch);
    };
  }
}
