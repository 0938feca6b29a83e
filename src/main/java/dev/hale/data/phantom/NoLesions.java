package dev.hale.data.phantom;

/** The disease of the healthy. */
record NoLesions() implements Lesions {
  @Override
  public double cover(double x, double y, double z, double hullDepth, Anatomy.Place place) {
    return 0;
  }

  @Override
  public double strength(double x, double y, double z) {
    return 1;
  }
}
