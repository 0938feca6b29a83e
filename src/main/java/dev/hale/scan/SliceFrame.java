package dev.hale.scan;

/**
 * Where the model's pixels lie in the slices of one volume, and the way there and back. In-plane
 * positions are in voxels of the canonical grid.
 */
final class SliceFrame {
  private final Canonical canonical;
  private final Axis axis;
  private final Resampling rowsToPixels;
  private final Resampling columnsToPixels;
  private final Resampling rowsToVoxels;
  private final Resampling columnsToVoxels;

  private SliceFrame(
      Canonical canonical, Preprocessing how, double centreRow, double centreColumn) {
    this.canonical = canonical;
    this.axis = how.axis();
    double[] side = canonical.grid().spacing();
    int size = how.imageSize();
    double pixel = how.spacing();
    int rows = canonical.size(axis.row());
    int columns = canonical.size(axis.column());
    double rowSide = side[axis.row()];
    double columnSide = side[axis.column()];
    double alignedRow = aligned(centreRow, size * pixel / rowSide);
    double alignedColumn = aligned(centreColumn, size * pixel / columnSide);
    rowsToPixels = Resampling.toPixels(rows, rowSide, size, pixel, alignedRow);
    columnsToPixels = Resampling.toPixels(columns, columnSide, size, pixel, alignedColumn);
    rowsToVoxels = Resampling.toVoxels(rows, rowSide, size, pixel, alignedRow);
    columnsToVoxels = Resampling.toVoxels(columns, columnSide, size, pixel, alignedColumn);
  }

  /** The frame centred on the bounding box of a mask that is not empty. */
  static SliceFrame around(Grid grid, byte[] brain, Preprocessing how, String scan) {
    Canonical canonical = Canonical.of(grid);
    Axis axis = how.axis();
    int rows = canonical.size(axis.row());
    int columns = canonical.size(axis.column());
    if (rows < 2 || columns < 2) {
      throw new DataException(
          "scan %s: its %s slices are only %d×%d voxels; choose another axis"
              .formatted(scan, axis, columns, rows));
    }
    SliceBounds bounds = SliceBounds.of(canonical, axis, brain);
    double centreRow = (bounds.top() + bounds.bottom()) / 2.0;
    double centreColumn = (bounds.left() + bounds.right()) / 2.0;
    return new SliceFrame(canonical, how, centreRow, centreColumn);
  }

  /**
   * The centre moved by half a voxel at most, so that the image begins at the edge of a voxel: then
   * pixels of a whole number of voxels cut none in two. Ties move down despite rounding.
   */
  private static double aligned(double centre, double lengthInVoxels) {
    double start = centre - lengthInVoxels / 2;
    return Math.ceil(start - 1e-6) - 0.5 + lengthInVoxels / 2;
  }

  /** So many slices come closest to a distance in millimetres: one at least, all at most. */
  int step(double distance) {
    long step = Math.round(distance / canonical.grid().spacing()[axis.normal()]);
    return (int) Math.max(1, Math.min(slices(), step));
  }

  int slices() {
    return canonical.size(axis.normal());
  }

  int rows() {
    return canonical.size(axis.row());
  }

  int columns() {
    return canonical.size(axis.column());
  }

  /** Linear index in the scan's own grid. */
  int index(int slice, int row, int column) {
    return canonical.sliceIndex(axis, slice, row, column);
  }

  /** Whether the voxels of this row and column lie inside the model image. */
  boolean sees(int row, int column) {
    return rowsToVoxels.weights()[row].length > 0 && columnsToVoxels.weights()[column].length > 0;
  }

  /** One slice of a mask, 1 where it is not 0. */
  float[] slice(byte[] mask, int slice) {
    float[] image = new float[rows() * columns()];
    for (int r = 0; r < rows(); r++) {
      for (int c = 0; c < columns(); c++) {
        image[r * columns() + c] = mask[index(slice, r, c)] != 0 ? 1 : 0;
      }
    }
    return image;
  }

  /** One slice of a channel, scaled and clamped to [-1, 1], 0 outside. */
  float[] scaledSlice(Scan scan, int channel, byte[] brain, int slice, IntensityScale scale) {
    float[] voxels = scan.voxels();
    int offset = channel * scan.grid().size();
    float[] image = new float[rows() * columns()];
    for (int r = 0; r < rows(); r++) {
      for (int c = 0; c < columns(); c++) {
        int v = index(slice, r, c);
        if (brain[v] != 0) {
          double scaled = scale.value(voxels[offset + v]);
          image[r * columns() + c] = (float) Math.min(1, Math.max(-1, scaled));
        }
      }
    }
    return image;
  }

  float[] toPixels(float[] slice) {
    return Resampling.apply(rowsToPixels, columnsToPixels, slice);
  }

  float[] toVoxels(float[] pixels) {
    return Resampling.apply(rowsToVoxels, columnsToVoxels, pixels);
  }

  /** Sums of weights fall short of a half by rounding. */
  static byte[] atLeastHalf(float[] fraction) {
    byte[] mask = new byte[fraction.length];
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (fraction[p] >= 0.5f - 1e-5f ? 1 : 0);
    }
    return mask;
  }
}
