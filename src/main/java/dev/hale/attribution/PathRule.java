package dev.hale.attribution;

/** A quadrature of the integral over the path from 0 to 1. */
public enum PathRule {
  /** At (i + ½)/n, each 1/n. */
  MIDPOINT,
  /** At i/(n-1), the ends half as much; at least two points. */
  TRAPEZOID,
  /** Gauss and Legendre's, exact for polynomials of degree 2n-1. */
  GAUSS_LEGENDRE;

  /**
   * Nodes and weights.
   *
   * @param positions in [0, 1], ascending
   * @param weights that sum to 1
   */
  record Nodes(double[] positions, double[] weights) {}

  /** The least number of points. */
  int least() {
    return this == TRAPEZOID ? 2 : 1;
  }

  Nodes nodes(int n) {
    double[] positions = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      switch (this) {
        case MIDPOINT -> {
          positions[i] = (i + 0.5) / n;
          weights[i] = 1.0 / n;
        }
        case TRAPEZOID -> {
          positions[i] = (double) i / (n - 1);
          weights[i] = (i == 0 || i == n - 1 ? 0.5 : 1.0) / (n - 1);
        }
        case GAUSS_LEGENDRE -> {
          double[] root = legendreRoot(n, i);
          positions[i] = (1 - root[0]) / 2;
          weights[i] = 1 / ((1 - root[0] * root[0]) * root[1] * root[1]);
        }
      }
    }
    return new Nodes(positions, weights);
  }

  /**
   * The i-th root of the Legendre polynomial P_n, from 1 down, by Newton's method, and P_n' there.
   */
  private static double[] legendreRoot(int n, int i) {
    double z = Math.cos(Math.PI * (i + 0.75) / (n + 0.5)); // Abramowitz and Stegun 22.16.6
    double slope = 0;
    for (int round = 0; round < 100; round++) {
      double value = 1;
      double before = 0;
      for (int degree = 1; degree <= n; degree++) {
        double next = ((2 * degree - 1) * z * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = n * (z * value - before) / (z * z - 1);
      double step = value / slope;
      z -= step;
      if (Math.abs(step) < 1e-15) {
        break;
      }
    }
    return new double[] {z, slope};
  }
}
