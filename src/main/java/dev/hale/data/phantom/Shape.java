package dev.hale.data.phantom;

/** Distances to simple solids, in millimetres, negative inside; what anatomy is built from. */
final class Shape {
  private Shape() {}

  /** 1 deep inside (distance ≤ -softness), 0 far outside (≥ softness), linear between. */
  static double inside(double distance, double softness) {
    return Math.min(1, Math.max(0, 0.5 - 0.5 * distance / softness));
  }

  /**
   * Share of a window of half-width {@code softness} at a distance from the middle of a layer which
   * that layer, {@code half} millimetres to either side, fills.
   */
  static double layer(double distance, double half, double softness) {
    double from = Math.max(distance - softness, -half);
    double to = Math.min(distance + softness, half);
    return Math.max(0, to - from) / (2 * softness);
  }

  /** 0 below {@code low}, 1 above {@code high}, smooth between. */
  static double smoothStep(double low, double high, double value) {
    double t = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return t * t * (3 - 2 * t);
  }

  static double length(double x, double y, double z) {
    return Math.sqrt(x * x + y * y + z * z);
  }

  /** Approximate distance to an ellipsoid around the origin with semi-axes a, b, c. */
  static double ellipsoid(double x, double y, double z, double a, double b, double c) {
    double k = length(x / a, y / b, z / c);
    double slope = length(x / (a * a), y / (b * b), z / (c * c));
    return slope < 1e-9 ? -Math.min(a, Math.min(b, c)) : k * (k - 1) / slope;
  }

  /**
   * Distance to a capsule whose radius changes linearly; {@code c} is ax, ay, az, radius there, bx,
   * by, bz, radius there.
   */
  static double capsule(double x, double y, double z, double[] c, double scale) {
    double dx = c[4] - c[0];
    double dy = c[5] - c[1];
    double dz = c[6] - c[2];
    double px = x - c[0];
    double py = y - c[1];
    double pz = z - c[2];
    double t = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
    t = Math.min(1, Math.max(0, t));
    double radius = c[3] + t * (c[7] - c[3]);
    return length(px - t * dx, py - t * dy, pz - t * dz) - scale * radius;
  }

  /** The smaller of two distances, rounded over {@code k} millimetres where they meet. */
  static double smoothMin(double a, double b, double k) {
    double h = Math.max(0, k - Math.abs(a - b)) / k;
    return Math.min(a, b) - 0.25 * k * h * h;
  }
}
