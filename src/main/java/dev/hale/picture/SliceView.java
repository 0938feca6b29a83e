package dev.hale.picture;

import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;

/**
 * The part of a volume's slices that is shown: the bounding box of a mask over all slices and some
 * margin, in square pixels.
 *
 * @param sliceColumns columns of a whole slice
 * @param sliceRows rows of a whole slice
 * @param firstRow of the part shown
 * @param firstColumn of the part shown
 * @param rowStep rows of the slice per row shown
 * @param columnStep columns of the slice per column shown
 * @param rows shown
 * @param columns shown
 * @param scale screen pixels along each side of a pixel shown
 */
public record SliceView(
    int sliceColumns,
    int sliceRows,
    double firstRow,
    double firstColumn,
    double rowStep,
    double columnStep,
    int rows,
    int columns,
    int scale) {

  /**
   * The view around a mask that is not empty.
   *
   * @param mask not 0 inside, on the source grid
   * @param margin on each side, as a share of the longer side
   * @param wide how many screen pixels the longer side shall have, at least about
   */
  public static SliceView around(
      Canonical canonical, Axis axis, float[] mask, double margin, int wide) {
    int rows = canonical.size(axis.row());
    int columns = canonical.size(axis.column());
    int top = rows;
    int bottom = -1;
    int left = columns;
    int right = -1;
    for (int slice = 0; slice < canonical.size(axis.normal()); slice++) {
      float[] inside = canonical.slice(mask, axis, slice);
      for (int p = 0; p < inside.length; p++) {
        if (inside[p] != 0) {
          top = Math.min(top, p / columns);
          bottom = Math.max(bottom, p / columns);
          left = Math.min(left, p % columns);
          right = Math.max(right, p % columns);
        }
      }
    }
    double[] side = canonical.grid().spacing();
    double rowSide = side[axis.row()];
    double columnSide = side[axis.column()];
    double longer = Math.max((bottom - top + 1) * rowSide, (right - left + 1) * columnSide);
    double space = margin * longer;
    double from = Math.max(-0.5, top - 0.5 - space / rowSide);
    double to = Math.min(rows - 0.5, bottom + 0.5 + space / rowSide);
    double start = Math.max(-0.5, left - 0.5 - space / columnSide);
    double end = Math.min(columns - 0.5, right + 0.5 + space / columnSide);
    double extent = Math.max((to - from) * rowSide, (end - start) * columnSide);
    double pixel = Math.max(Math.min(rowSide, columnSide), extent / (2 * wide));
    int scale = (int) Math.max(1, Math.min(16, Math.round(wide * pixel / extent)));
    return new SliceView(
        columns,
        rows,
        from,
        start,
        pixel / rowSide,
        pixel / columnSide,
        (int) Math.max(1, Math.round((to - from) * rowSide / pixel)),
        (int) Math.max(1, Math.round((end - start) * columnSide / pixel)),
        scale);
  }

  /** The part of a slice {@code [row][column]} that is shown, by nearest neighbour. */
  public float[] cut(float[] slice) {
    float[] part = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      int row = nearest(firstRow + (r + 0.5) * rowStep, sliceRows);
      for (int c = 0; c < columns; c++) {
        int column = nearest(firstColumn + (c + 0.5) * columnStep, sliceColumns);
        part[r * columns + c] = slice[row * sliceColumns + column];
      }
    }
    return part;
  }

  private static int nearest(double position, int count) {
    return (int) Math.min(count - 1, Math.max(0, Math.round(position)));
  }
}
