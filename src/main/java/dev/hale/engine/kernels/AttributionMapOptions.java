package dev.hale.engine.kernels;

/**
 * How a map is made of an attribution.
 *
 * @param positive whether only the positive part of a pixel's sum over channels counts: evidence
 *     for, not against
 * @param sigma of the Gaussian blur, in pixels, 0 for none; cut off at 3 sigma
 * @param normalise whether each map is divided by its largest magnitude
 */
public record AttributionMapOptions(boolean positive, double sigma, boolean normalise) {
  private static final double MOST = 1000;

  public AttributionMapOptions {
    if (!(sigma >= 0 && sigma <= MOST)) {
      throw new IllegalArgumentException("sigma is %s, must be in [0, 1000]".formatted(sigma));
    }
  }
}
