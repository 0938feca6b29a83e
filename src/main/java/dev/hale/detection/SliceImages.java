package dev.hale.detection;

import dev.hale.scan.PreparedScan;

/**
 * Model images of slices, and which of them lie next to each other. S is the image size, C the
 * number of channels. Arrays are shared, not copied.
 *
 * @param images {@code [i][(c * S + j) * S + k]} in [-1, 1]
 * @param brains {@code [i][j * S + k]}, 0 or 1
 * @param neighbours a row for each slice that is to be mapped, {@code [n][context + d]} the index
 *     of the slice d above it, or below where d is negative, and -1 where there is none; its own in
 *     the middle. Images that no row has in the middle are neighbours alone
 */
public record SliceImages(float[][] images, byte[][] brains, int[][] neighbours) {
  /** There is no slice here. */
  public static final int NONE = -1;

  /** Which slice lies next to which. */
  @FunctionalInterface
  public interface Order {
    /** The index of the slice so many above the n-th, or {@link #NONE}. */
    int neighbour(int n, int offset);
  }

  /** Slices without neighbours, with room for so many on either side. */
  public static SliceImages alone(float[][] images, byte[][] brains, int context) {
    return new SliceImages(images, brains, neighbours(images.length, context, (n, offset) -> NONE));
  }

  /** All slices of a scan, with so many on either side. */
  static SliceImages of(PreparedScan scan, int context) {
    int[] slices = scan.slices();
    Order order =
        (n, offset) -> {
          int at = n + offset; // unless one between was left out
          return at >= 0 && at < slices.length && slices[at] == slices[n] + offset ? at : NONE;
        };
    return new SliceImages(scan.images(), scan.masks(), neighbours(slices.length, context, order));
  }

  /** The table of neighbours of the first slices. */
  public static int[][] neighbours(int count, int context, Order order) {
    int[][] rows = new int[count][2 * context + 1];
    for (int n = 0; n < count; n++) {
      for (int offset = -context; offset <= context; offset++) {
        rows[n][context + offset] = offset == 0 ? n : order.neighbour(n, offset);
      }
    }
    return rows;
  }

  /** How many slices are to be mapped. */
  public int count() {
    return neighbours.length;
  }
}
