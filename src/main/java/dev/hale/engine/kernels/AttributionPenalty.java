package dev.hale.engine.kernels;

/**
 * What an attribution A costs.
 *
 * @param quadratic (k·A)² (Ross, Hughes and Doshi-Velez 2017) rather than softplus(k·A)
 *     (Wargnier-Dauchelle et al. 2023)
 * @param scale k, above 0
 */
public record AttributionPenalty(boolean quadratic, double scale) {
  public AttributionPenalty {
    if (!(scale > 0 && Float.isFinite((float) scale))) {
      throw new IllegalArgumentException(
          "scale is %s, expected a finite number above 0".formatted(scale));
    }
  }
}
