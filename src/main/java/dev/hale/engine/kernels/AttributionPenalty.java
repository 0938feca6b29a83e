package dev.hale.engine.kernels;

/**
 * What an attribution A costs.
 *
 * @param cost which function of k·A
 * @param scale k, above 0
 */
public record AttributionPenalty(Cost cost, double scale) {
  /** Which function of k·A it is. */
  public enum Cost {
    /** softplus(k·A): evidence of disease costs much, evidence of health still a little. */
    SOFTPLUS(NativeKernels.HALE_COST_SOFTPLUS),
    /** (k·A)²: any evidence costs (Ross, Hughes and Doshi-Velez 2017). */
    ROSS(NativeKernels.HALE_COST_SQUARE),
    /** max(0, k·A): only evidence of disease costs. */
    HINGE(NativeKernels.HALE_COST_HINGE);

    private final int code;

    Cost(int code) {
      this.code = code;
    }

    /** Of {@code hale_cost} in {@code hale.h}. */
    int code() {
      return code;
    }
  }

  public AttributionPenalty {
    if (!(scale > 0 && Float.isFinite((float) scale))) {
      throw new IllegalArgumentException(
          "scale is %s, expected a finite number above 0".formatted(scale));
    }
  }
}
