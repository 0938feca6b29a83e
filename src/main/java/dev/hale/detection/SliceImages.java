package dev.hale.detection;

import dev.hale.scan.PreparedScan;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Model images of slices, and which of them lie next to each other. S is the image size, C the
 * number of channels. Arrays are shared, not copied.
 *
 * @param images {@code [i][(c * S + j) * S + k]} in [-1, 1]
 * @param brains {@code [i][j * S + k]}, 0 or 1
 * @param neighbours a row for each slice that is to be mapped, {@code [n][context + d]} the index
 *     of the d-th neighbour above it, or below where d is negative, and -1 where there is none; its
 *     own in the middle. Images that no row has in the middle are neighbours alone
 */
public record SliceImages(float[][] images, byte[][] brains, int[][] neighbours) {
  /** There is no slice here. */
  public static final int NONE = -1;

  /** Which slice lies next to which. */
  @FunctionalInterface
  public interface Order {
    /** The index of the neighbour so many above the n-th, or {@link #NONE}. */
    int neighbour(int n, int offset);
  }

  /** Slices without neighbours, with room for so many on either side. */
  public static SliceImages alone(float[][] images, byte[][] brains, int context) {
    return new SliceImages(images, brains, neighbours(images.length, context, (n, offset) -> NONE));
  }

  /** All slices of a scan, with so many on either side, as far apart as its preprocessing says. */
  public static SliceImages of(PreparedScan scan, int context) {
    int[] slices = scan.slices();
    int step = scan.sliceStep();
    Order order =
        (n, offset) -> Math.max(NONE, Arrays.binarySearch(slices, slices[n] + offset * step));
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

  /** Some of the slices that are to be mapped, with those around them. */
  public SliceImages only(int[] slices) {
    return new SliceImages(
        images, brains, IntStream.of(slices).mapToObj(n -> neighbours[n]).toArray(int[][]::new));
  }

  /**
   * The same slices in other images, those around them as they are.
   *
   * @param changed one for each slice that is to be mapped
   */
  public SliceImages changed(float[][] changed) {
    float[][] all = Arrays.copyOf(images, images.length + changed.length);
    System.arraycopy(changed, 0, all, images.length, changed.length);
    byte[][] brainsOfAll = Arrays.copyOf(brains, all.length);
    int[][] rows = new int[neighbours.length][];
    for (int n = 0; n < rows.length; n++) {
      rows[n] = neighbours[n].clone();
      int middle = rows[n].length / 2;
      brainsOfAll[images.length + n] = brains[rows[n][middle]];
      rows[n][middle] = images.length + n;
    }
    return new SliceImages(all, brainsOfAll, rows);
  }

  /**
   * The slices as a network takes them that sees those around each: {@code [n][((k * C + c) * S +
   * j) * S + i]}, k from the lowest up; where there is none, the slice itself. Without neighbours
   * the images themselves.
   */
  public float[][] stacked() {
    float[][] stacked = new float[neighbours.length][];
    for (int n = 0; n < stacked.length; n++) {
      int[] row = neighbours[n];
      int own = row[row.length / 2];
      int length = images[own].length;
      stacked[n] = row.length == 1 ? images[own] : new float[row.length * length];
      for (int k = 0; row.length > 1 && k < row.length; k++) {
        int from = row[k] == NONE ? own : row[k];
        System.arraycopy(images[from], 0, stacked[n], k * length, length);
      }
    }
    return stacked;
  }

  /** The slices that are to be mapped, without those around them. */
  public float[][] ownImages() {
    float[][] own = new float[neighbours.length][];
    Arrays.setAll(own, n -> images[neighbours[n][neighbours[n].length / 2]]);
    return own;
  }

  /** The brains of the slices that are to be mapped. */
  public byte[][] ownBrains() {
    byte[][] own = new byte[neighbours.length][];
    Arrays.setAll(own, n -> brains[neighbours[n][neighbours[n].length / 2]]);
    return own;
  }

  /** How many slices are to be mapped. */
  public int count() {
    return neighbours.length;
  }
}
