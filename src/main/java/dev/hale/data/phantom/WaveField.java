package dev.hale.data.phantom;

import java.util.SplittableRandom;

/**
 * A smooth random function of space: a sum of plane waves of random direction and phase, with mean
 * 0 and variance 1. A narrow band of wavelengths gives zero lines that meander at half a wavelength
 * from each other, as sulci do.
 */
final class WaveField {
  private static final int STEPS = 4096;
  private static final double[] SINE = new double[STEPS + 2];

  static {
    for (int i = 0; i < SINE.length; i++) {
      SINE[i] = StrictMath.sin(2 * Math.PI * i / STEPS);
    }
  }

  private final double[] wave;
  private final double amplitude;

  /**
   * @param waves how many plane waves, at least 1
   * @param shortest shortest wavelength in millimetres
   * @param longest longest wavelength in millimetres
   */
  WaveField(SplittableRandom random, int waves, double shortest, double longest) {
    wave = new double[4 * waves];
    amplitude = Math.sqrt(2.0 / waves);
    for (int i = 0; i < waves; i++) {
      double cycles = 1 / random.nextDouble(shortest, longest);
      double up = random.nextDouble(-1, 1);
      double across = cycles * Math.sqrt(1 - up * up);
      double turn = random.nextDouble();
      wave[4 * i] = across * sine(turn + 0.25);
      wave[4 * i + 1] = across * sine(turn);
      wave[4 * i + 2] = cycles * up;
      wave[4 * i + 3] = random.nextDouble();
    }
  }

  /** Value at a point in millimetres. */
  double at(double x, double y, double z) {
    double sum = 0;
    for (int i = 0; i < wave.length; i += 4) {
      sum += sine(wave[i] * x + wave[i + 1] * y + wave[i + 2] * z + wave[i + 3]);
    }
    return amplitude * sum;
  }

  /**
   * Distance to the nearest sheet where the field is zero, to first order: |value| / |gradient|.
   *
   * @param leastSlope the least gradient to divide by, per millimetre
   * @param sheet receives the distance in millimetres, and how much the sheet leans from upright: 0
   *     where it stands on the axial plane, 1 where it lies in it
   */
  void zeroSheet(double x, double y, double z, double leastSlope, double[] sheet) {
    double sum = 0;
    double gx = 0;
    double gy = 0;
    double gz = 0;
    for (int i = 0; i < wave.length; i += 4) {
      double phase = wave[i] * x + wave[i + 1] * y + wave[i + 2] * z + wave[i + 3];
      double slope = sine(phase + 0.25);
      sum += sine(phase);
      gx += slope * wave[i];
      gy += slope * wave[i + 1];
      gz += slope * wave[i + 2];
    }
    double length = Math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-12;
    double slope = 2 * Math.PI * amplitude * length;
    sheet[0] = Math.abs(amplitude * sum) / Math.max(slope, leastSlope);
    sheet[1] = Math.abs(gz) / length;
  }

  /** Sine of an angle in turns, from a table, the same on every machine. */
  static double sine(double turns) {
    double position = (turns - Math.floor(turns)) * STEPS;
    int i = (int) position;
    return SINE[i] + (position - i) * (SINE[i + 1] - SINE[i]);
  }
}
