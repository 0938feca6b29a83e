package dev.hale.data.phantom;

/** The disease of one subject, laid over healthy anatomy. */
sealed interface Lesions permits NoLesions, Glioma, Plaques {
  /** How the disease displaces the anatomy. */
  default MassEffect massEffect() {
    return MassEffect.NONE;
  }

  /**
   * Covers the tissue at a point by lesion.
   *
   * @param place the healthy tissue there, changed by this call
   * @return share of lesion 0 to 1; the mask holds where it reaches 0.5
   */
  double cover(double x, double y, double z, double hullDepth, Anatomy.Place place);

  /** How strongly the lesion at a point differs from white matter; 1 is typical. */
  double strength(double x, double y, double z);
}
