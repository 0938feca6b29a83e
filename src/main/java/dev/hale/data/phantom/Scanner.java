package dev.hale.data.phantom;

import dev.hale.scan.Grid;
import java.util.SplittableRandom;

/** What the scanner does to the ideal image: shading, blur, Rician noise and an arbitrary scale. */
final class Scanner {
  private final double[] scale = new double[Contrast.CHANNELS.size()];
  private final double[] sigma = new double[Contrast.CHANNELS.size()];
  private final double[] shading = new double[Contrast.CHANNELS.size()];
  private final double blur;
  private final WaveField coil;
  private final WaveField[] own = new WaveField[Contrast.CHANNELS.size()];
  private final SplittableRandom noise;

  Scanner(SplittableRandom random) {
    blur = random.nextDouble(0.06, 0.14);
    coil = new WaveField(random.split(), 4, 220, 420);
    for (int c = 0; c < scale.length; c++) {
      scale[c] = random.nextDouble(150, 700);
      sigma[c] = random.nextDouble(0.02, 0.045);
      shading[c] = random.nextDouble(0.07, 0.13);
      own[c] = new WaveField(random.split(), 3, 200, 400);
    }
    noise = random.split();
  }

  /** Receive-field factor of a channel at a point, within 0.7 to 1.3. */
  double bias(int channel, double x, double y, double z) {
    double field = 0.8 * coil.at(x, y, z) + 0.6 * own[channel].at(x, y, z);
    return 1 + Math.min(0.3, Math.max(-0.3, shading[channel] * field));
  }

  /**
   * Turns one channel of ideal intensities into a measured one, in place.
   *
   * @param voxels ideal intensities times bias, {@code [k][j][i]}, from {@code offset} on
   */
  void measure(float[] voxels, int offset, int channel, Grid grid, byte[] brain) {
    float[] row = new float[grid.nx() * grid.ny()];
    int nx = grid.nx();
    for (int k = 0; k < grid.nz(); k++) {
      int start = k * row.length;
      for (int v = 0; v < row.length; v++) {
        if (brain[start + v] != 0) {
          double real = voxels[offset + start + v] + sigma[channel] * gaussian();
          double imaginary = sigma[channel] * gaussian();
          voxels[offset + start + v] = (float) Math.sqrt(real * real + imaginary * imaginary);
        }
      }
      System.arraycopy(voxels, offset + start, row, 0, row.length);
      for (int v = 0; v < row.length; v++) {
        if (brain[start + v] != 0) {
          voxels[offset + start + v] = (float) (scale[channel] * smooth(row, brain, start, v, nx));
        }
      }
    }
  }

  private double smooth(float[] row, byte[] brain, int start, int v, int nx) {
    double sum = 0;
    double weight = 0;
    int i = v % nx;
    int left = i == 0 ? 0 : -1;
    int right = i == nx - 1 ? 0 : 1;
    for (int dj = -1; dj <= 1; dj++) {
      int middle = v + dj * nx;
      if (middle >= 0 && middle < row.length) {
        double along = dj == 0 ? 1 - 2 * blur : blur;
        for (int di = left; di <= right; di++) {
          if (brain[start + middle + di] != 0) {
            double w = along * (di == 0 ? 1 - 2 * blur : blur);
            sum += w * row[middle + di];
            weight += w;
          }
        }
      }
    }
    return sum / weight;
  }

  /** Nearly normal: four 16-bit uniforms out of one 64-bit draw. */
  private double gaussian() {
    long bits = noise.nextLong();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum - 2 * 65535) * (1.7320508 / 65536);
  }
}
