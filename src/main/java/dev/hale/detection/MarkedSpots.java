package dev.hale.detection;

import dev.hale.evaluation.SpotArea;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.Grid;
import dev.hale.scan.Preprocessing;

/** Leaves spots out of a scan's mask that are too small to count. */
final class MarkedSpots {
  private MarkedSpots() {}

  /**
   * The mask without them.
   *
   * @param mask one value a voxel of the grid
   * @param images how the scan is cut into slices
   * @param area that a spot's largest cross section has to exceed, in pixels of model images
   */
  static byte[] drop(byte[] mask, Grid grid, Preprocessing images, double area) {
    Canonical canonical = Canonical.of(grid);
    Axis axis = images.axis();
    int columns = canonical.size(axis.column());
    int rows = canonical.size(axis.row());
    int slices = canonical.size(axis.normal());
    double[] side = canonical.grid().spacing();
    double voxel = side[axis.column()] * side[axis.row()] / (images.spacing() * images.spacing());
    int[] order = new int[mask.length];
    byte[] turned = new byte[mask.length];
    int[] at = new int[3];
    for (int v = 0; v < order.length; v++) {
      at[axis.column()] = v % columns;
      at[axis.row()] = v / columns % rows;
      at[axis.normal()] = v / columns / rows;
      order[v] = canonical.sourceIndex(at[0], at[1], at[2]);
      turned[v] = mask[order[v]];
    }
    byte[] kept = SpotArea.drop(turned, columns, rows, slices, area / voxel);
    byte[] result = new byte[mask.length];
    for (int v = 0; v < order.length; v++) {
      result[order[v]] = kept[v];
    }
    return result;
  }
}
