package dev.hale.picture;

import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.SliceBounds;

/**
 * The part of a volume's slices that is shown: the bounding box of a mask over all slices and some
 * margin, in square pixels.
 *
 * @param rows of a slice, one for each row shown: the nearest
 * @param columns of a slice, one for each column shown
 * @param scale screen pixels along each side of a pixel shown
 */
record SliceView(int[] rows, int[] columns, int scale) {

  /**
   * The view around a mask that is not empty.
   *
   * @param mask not 0 inside, on the source grid
   * @param margin on each side, as a share of the longer side
   * @param wide how many screen pixels the longer side shall have, at least about
   */
  static SliceView around(Canonical canonical, Axis axis, byte[] mask, double margin, int wide) {
    int rows = canonical.size(axis.row());
    int columns = canonical.size(axis.column());
    SliceBounds box = SliceBounds.of(canonical, axis, mask);
    double[] side = canonical.grid().spacing();
    double rowSide = side[axis.row()];
    double columnSide = side[axis.column()];
    double longer =
        Math.max(
            (box.bottom() - box.top() + 1) * rowSide, (box.right() - box.left() + 1) * columnSide);
    double space = margin * longer;
    double from = Math.max(-0.5, box.top() - 0.5 - space / rowSide);
    double to = Math.min(rows - 0.5, box.bottom() + 0.5 + space / rowSide);
    double start = Math.max(-0.5, box.left() - 0.5 - space / columnSide);
    double end = Math.min(columns - 0.5, box.right() + 0.5 + space / columnSide);
    double extent = Math.max((to - from) * rowSide, (end - start) * columnSide);
    double pixel = Math.max(Math.min(rowSide, columnSide), extent / (2 * wide));
    int scale = (int) Math.max(1, Math.min(16, Math.round(wide * pixel / extent)));
    return new SliceView(
        nearest(from, to, pixel / rowSide, rows),
        nearest(start, end, pixel / columnSide, columns),
        scale);
  }

  /** Which of so many are nearest to the middles of steps from one place to another. */
  private static int[] nearest(double from, double to, double step, int count) {
    int[] nearest = new int[(int) Math.max(1, Math.round((to - from) / step))];
    for (int n = 0; n < nearest.length; n++) {
      nearest[n] = (int) Math.min(count - 1, Math.max(0, Math.round(from + (n + 0.5) * step)));
    }
    return nearest;
  }

  int width() {
    return columns.length;
  }

  int height() {
    return rows.length;
  }
}
