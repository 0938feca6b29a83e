package dev.hale.data.phantom;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;

/**
 * How another scanner's images differ from the standard one's, every subject's in the same way:
 * what a network may take for disease where all diseased subjects were scanned there. It acts on
 * the ideal image, before noise.
 *
 * @param shading how much brighter the front of the head is than its middle, and the back darker,
 *     as a share; in (-1, 1), 0 for none
 * @param contrast exponent of intensities relative to white matter: above 1 more contrast, below 1
 *     less; above 0, 1 for none
 * @param blur standard deviation of a blur within the slice, in millimetres; at least 0
 * @param rind of skull that was left at the back of the brain, 4 mm thick: added brightness, white
 *     matter being 1; at least 0
 */
public record OtherScanner(double shading, double contrast, double blur, double rind) {
  /** The standard scanner. */
  public static final OtherScanner DEFAULT = new OtherScanner(0, 1, 0, 0);

  private static final double HALF_HEAD = 80; // mm from its middle to its front
  private static final double RIND = 4; // mm

  public OtherScanner {
    if (!(Math.abs(shading) < 1)) {
      throw new DataException("shading is %s, expected a number in (-1, 1)".formatted(shading));
    }
    atLeast("contrast", contrast, contrast > 0, "a number above 0");
    atLeast("blur", blur, blur >= 0, "0 or more");
    atLeast("rind", rind, rind >= 0, "0 or more");
  }

  private static void atLeast(String name, double value, boolean holds, String expected) {
    if (!holds || Double.isInfinite(value)) {
      throw new DataException("%s is %s, expected %s".formatted(name, value, expected));
    }
  }

  /**
   * Changes one channel in place.
   *
   * @param voxels ideal intensities, white matter near 1, {@code [k][j][i]}, from {@code offset} on
   */
  void change(float[] voxels, int offset, Grid grid, byte[] brain) {
    int rows = Math.max(1, (int) Math.round(RIND / grid.spacing()[1]));
    double front = (grid.ny() - 1) / 2.0;
    for (int v = 0; v < grid.size(); v++) {
      if (brain[v] != 0) {
        int j = v / grid.nx() % grid.ny();
        double value = StrictMath.pow(Math.max(0, voxels[offset + v]), contrast);
        if (j < rows || brain[v - rows * grid.nx()] == 0) {
          value += rind;
        }
        double forward = (j - front) * grid.spacing()[1] / HALF_HEAD;
        voxels[offset + v] = (float) (value * (1 + shading * Math.max(-1, Math.min(1, forward))));
      }
    }
    if (blur > 0) {
      blur(voxels, offset, grid, brain, 1, grid.nx());
      blur(voxels, offset, grid, brain, grid.nx(), grid.ny());
    }
  }

  /** Along rows (stride 1) or columns, over brain voxels alone. */
  private void blur(float[] voxels, int offset, Grid grid, byte[] brain, int stride, int length) {
    double sigma = blur / grid.spacing()[stride == 1 ? 0 : 1];
    int reach = (int) Math.ceil(3 * sigma);
    double[] weights = new double[reach + 1];
    for (int d = 0; d <= reach; d++) {
      weights[d] = StrictMath.exp(-0.5 * d * d / (sigma * sigma));
    }
    float[] before = new float[grid.size()];
    System.arraycopy(voxels, offset, before, 0, before.length);
    for (int v = 0; v < before.length; v++) {
      if (brain[v] != 0) {
        int place = v / stride % length;
        double sum = 0;
        double weight = 0;
        for (int d = Math.max(-reach, -place); d <= Math.min(reach, length - 1 - place); d++) {
          int other = v + d * stride;
          if (brain[other] != 0) {
            sum += weights[Math.abs(d)] * before[other];
            weight += weights[Math.abs(d)];
          }
        }
        voxels[offset + v] = (float) (sum / weight);
      }
    }
  }
}
