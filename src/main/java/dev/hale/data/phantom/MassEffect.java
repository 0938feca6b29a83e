package dev.hale.data.phantom;

/**
 * How a growing mass pushes tissue aside: a smooth radial displacement around a point which fades
 * with distance and towards the skull.
 *
 * @param x centre in millimetres
 * @param y centre in millimetres
 * @param z centre in millimetres
 * @param reach distance in millimetres over which the push fades, above 0
 * @param strength share of the distance to the centre that tissue near it has moved, 0 to 0.6
 */
record MassEffect(double x, double y, double z, double reach, double strength) {
  static final MassEffect NONE = new MassEffect(0, 0, 0, 1, 0);

  /** Share of the way to the centre from which the tissue now at a point came. */
  double share(double px, double py, double pz, double hullDepth) {
    if (strength == 0) {
      return 0;
    }
    double distance = Shape.length(px - x, py - y, pz - z) / reach;
    return strength * (1 - Shape.smoothStep(0, 2, distance)) * Shape.smoothStep(0, 14, hullDepth);
  }
}
