package dev.hale.data.prepared;

import java.util.SplittableRandom;

/**
 * A field over an image as smooth as a receive coil's: a sum of plane cosine waves, each at most
 * one and a half periods across the image, within ±1.
 */
final class BiasField {
  private static final int WAVES = 3;
  private static final double MOST_PERIODS = 1.5;

  private final double[] column = new double[WAVES]; // radians from column to column
  private final double[] row = new double[WAVES];
  private final double[] phase = new double[WAVES];

  BiasField(int size, SplittableRandom random) {
    for (int w = 0; w < WAVES; w++) {
      double direction = 2 * Math.PI * random.nextDouble();
      double step = 2 * Math.PI * MOST_PERIODS * random.nextDouble() / size;
      column[w] = step * Math.cos(direction);
      row[w] = step * Math.sin(direction);
      phase[w] = 2 * Math.PI * random.nextDouble();
    }
  }

  /** The field at a pixel, in [-1, 1]. */
  double at(int x, int y) {
    double sum = 0;
    for (int w = 0; w < WAVES; w++) {
      sum += Math.cos(column[w] * x + row[w] * y + phase[w]);
    }
    return sum / WAVES;
  }
}
