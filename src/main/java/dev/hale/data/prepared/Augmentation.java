package dev.hale.data.prepared;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;

/**
 * How strongly training images are varied. Each part is off at 0 and draws its own random numbers,
 * so that switching one off leaves the others as they were. Intensity parts act inside the brain
 * alone and the result is clamped to [-1, 1]; the background stays exactly -1.
 *
 * @param flip probability of the mirror image, left for right, in [0, 1]; for axial and coronal
 *     slices, whose columns run from left to right
 * @param rotation degrees, at most 180; uniform up to it in both directions
 * @param scale fraction in [0, 1); 0.1 draws a zoom from 1/1.1 to 1.1, uniform in its logarithm
 * @param shift pixels; uniform up to it in both directions, for rows and columns each
 * @param gamma x becomes x^exp(g), g uniform in ±gamma, for each channel; x in [0, 1] is the image
 *     value v as (v + 1) / 2
 * @param bias x becomes x·exp(b), b a smooth field within ±bias, for each channel; x as above
 * @param noise standard deviation of Gaussian noise, in units of the image values, so that 2 spans
 *     the whole range
 * @param dropChannels probability that a channel is taken for absent, in [0, 1), for each that a
 *     scan may lack and this one has; one channel always stays
 */
public record Augmentation(
    double flip,
    double rotation,
    double scale,
    double shift,
    double gamma,
    double bias,
    double noise,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double dropChannels) {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, 0, 0, 0, 0);

  /** What a configuration that is silent gets: images as they are. */
  public static final Augmentation DEFAULT = NONE;

  /** With every channel that there is. */
  public Augmentation(
      double flip,
      double rotation,
      double scale,
      double shift,
      double gamma,
      double bias,
      double noise) {
    this(flip, rotation, scale, shift, gamma, bias, noise, 0);
  }

  public Augmentation {
    require("flip", flip, 1, "a probability in [0, 1]");
    require("rotation", rotation, 180, "degrees in [0, 180]");
    require("scale", scale, Math.nextDown(1.0), "a fraction in [0, 1)");
    require("shift", shift, Double.MAX_VALUE, "pixels, 0 or more");
    require("gamma", gamma, 3, "0 to 3");
    require("bias", bias, 3, "0 to 3");
    require("noise", noise, 2, "0 to 2");
    require("drop_channels", dropChannels, Math.nextDown(1.0), "a probability in [0, 1)");
  }

  private static void require(String part, double value, double most, String expected) {
    if (!(value >= 0 && value <= most)) {
      throw new DataException(
          "augmentation: %s is %s, expected %s".formatted(part, value, expected));
    }
  }

  /** Throws where a part makes no sense for such images. */
  public void requireFits(Preprocessing images) {
    if (dropChannels > 0 && images.optionalChannels().isEmpty()) {
      throw new DataException(
          "augmentation: drop_channels is %s, but scans may lack none of %s; name some in data.optional_channels"
              .formatted(dropChannels, images.wanted()));
    }
    if (flip > 0 && images.axis() == Axis.SAGITTAL) {
      throw new DataException(
          "augmentation: flip mirrors left for right, but the columns of sagittal slices run to the"
              + " front; set flip to 0");
    }
  }

  /** Whether images keep their geometry. */
  boolean stays() {
    return flip == 0 && rotation == 0 && scale == 0 && shift == 0;
  }

  /** Whether images keep their intensities. */
  boolean keepsIntensities() {
    return gamma == 0 && bias == 0 && noise == 0;
  }
}
