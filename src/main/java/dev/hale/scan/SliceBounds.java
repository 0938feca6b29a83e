package dev.hale.scan;

/**
 * The smallest rectangle that holds a mask in every slice: first and last row, first and last
 * column, the last ones included.
 */
public record SliceBounds(int top, int bottom, int left, int right) {
  /**
   * Of a mask that is not empty.
   *
   * @param mask not 0 inside, on the source grid
   */
  public static SliceBounds of(Canonical canonical, Axis axis, byte[] mask) {
    int rows = canonical.size(axis.row());
    int columns = canonical.size(axis.column());
    int top = rows;
    int bottom = -1;
    int left = columns;
    int right = -1;
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          if (mask[canonical.sliceIndex(axis, slice, row, column)] != 0) {
            top = Math.min(top, row);
            bottom = Math.max(bottom, row);
            left = Math.min(left, column);
            right = Math.max(right, column);
          }
        }
      }
    }
    return new SliceBounds(top, bottom, left, right);
  }
}
