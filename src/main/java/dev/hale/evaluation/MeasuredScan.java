package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A scan of which healthy images are measured. All arrays are {@code [slice][row][column]}, those
 * of channels in the scan's own unit; shared, not copied.
 *
 * @param channels names, by which FLAIR and T2 are known
 * @param input {@code [channel]}, finite inside the brain
 * @param brain mask of the voxels that count
 * @param truth mask of the lesions; empty where there is none, or none is known
 * @param slices those that count, and whether they are diseased
 * @param shape of each array
 * @param columnMillimetres from column to column, above 0
 * @param rowMillimetres from row to row, above 0
 * @param leftRight along which the head is mirrored
 */
public record MeasuredScan(
    List<String> channels,
    float[][] input,
    byte[] brain,
    byte[] truth,
    List<SliceMetrics> slices,
    VolumeShape shape,
    double columnMillimetres,
    double rowMillimetres,
    LeftRight leftRight) {
  private static final List<String> BRIGHTENED = List.of("flair", "t2");

  /** What runs from the left of the head to the right. */
  public enum LeftRight {
    /** As in axial and coronal slices. */
    COLUMNS,
    /** Sagittal slices. */
    SLICES
  }

  public MeasuredScan {
    channels = List.copyOf(channels);
    slices = List.copyOf(slices);
    if (!(columnMillimetres > 0 && rowMillimetres > 0)) {
      throw new IllegalArgumentException(
          "voxels of %s×%s mm are none".formatted(columnMillimetres, rowMillimetres));
    }
    Voxels.sameLength("brain", brain.length, "shape", shape.size());
    Voxels.sameLength("truth", truth.length, "shape", shape.size());
    requireFits("input", input, channels.size(), shape);
  }

  static void requireFits(String what, float[][] image, int channels, VolumeShape shape) {
    Voxels.sameLength("channels of " + what, image.length, "scan", channels);
    for (float[] channel : image) {
      Voxels.sameLength(what, channel.length, "shape", shape.size());
    }
  }

  /** Places of the channels in which lesions are brighter than healthy tissue: FLAIR and T2. */
  int[] brightened() {
    List<Integer> found = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      if (BRIGHTENED.contains(channels.get(c).toLowerCase(Locale.ROOT))) {
        found.add(c);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Brain voxels that are lesion. */
  byte[] lesion() {
    return Voxels.cut(truth, brain);
  }

  /** Brain voxels further from any lesion of their slice than a rim of that width. */
  byte[] outside(double millimetres) {
    byte[] outside = brain.clone();
    int rows = (int) Math.floor(millimetres / rowMillimetres);
    int columns = (int) Math.floor(millimetres / columnMillimetres);
    for (int v = 0; v < truth.length; v++) {
      if (truth[v] == 0) {
        continue;
      }
      int slice = v / shape.area() * shape.area();
      int row = (v - slice) / shape.columns();
      int column = v % shape.columns();
      for (int r = Math.max(0, row - rows); r <= Math.min(shape.rows() - 1, row + rows); r++) {
        int last = Math.min(shape.columns() - 1, column + columns);
        for (int c = Math.max(0, column - columns); c <= last; c++) {
          double distance =
              Math.hypot((r - row) * rowMillimetres, (c - column) * columnMillimetres);
          if (distance <= millimetres) {
            outside[slice + r * shape.columns() + c] = 0;
          }
        }
      }
    }
    return outside;
  }

  /**
   * Where each voxel lies in the other half of the head: mirrored at the sagittal plane through the
   * middle of the brain, which is as far from its left end as from its right; -1 where that is
   * outside the array.
   */
  int[] mirrored() {
    int length = leftRight == LeftRight.COLUMNS ? shape.columns() : shape.slices();
    int least = length;
    int most = -1;
    for (int v = 0; v < brain.length; v++) {
      if (brain[v] != 0) {
        least = Math.min(least, along(v));
        most = Math.max(most, along(v));
      }
    }
    int step = leftRight == LeftRight.COLUMNS ? 1 : shape.area();
    int[] mirrored = new int[brain.length];
    Arrays.fill(mirrored, -1);
    for (int v = 0; v < mirrored.length; v++) {
      int other = least + most - along(v);
      if (other >= 0 && other < length) {
        mirrored[v] = v + (other - along(v)) * step;
      }
    }
    return mirrored;
  }

  private int along(int voxel) {
    return leftRight == LeftRight.COLUMNS ? voxel % shape.columns() : voxel / shape.area();
  }
}
