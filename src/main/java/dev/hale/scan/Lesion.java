package dev.hale.scan;

import dev.hale.evaluation.ConnectedComponents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One marked lesion: voxels that share a face, an edge or a corner.
 *
 * @param voxels how many, at least 1
 * @param volumeMl their volume in millilitres; without meaning for pictures, which know no size
 * @param centre mean of its voxels' indices
 * @param centreMillimetres the same place in space, x to the Right, y to Anterior, z to Superior
 * @param first the lowest i, j and k of its voxels
 * @param last the highest ones
 * @param mean of the map over its voxels
 * @param peak the map's highest value in it
 */
public record Lesion(
    int voxels,
    double volumeMl,
    Place centre,
    Place centreMillimetres,
    Index first,
    Index last,
    double mean,
    double peak) {

  /** A place between voxels, or in space. */
  public record Place(double x, double y, double z) {}

  /** A voxel. */
  public record Index(int i, int j, int k) {}

  /** The lesions of a mask, the largest first. */
  static List<Lesion> of(Grid grid, byte[] mask, float[] map) {
    ConnectedComponents found = ConnectedComponents.of(mask, grid.nx(), grid.ny(), grid.nz());
    List<Sum> sums = new ArrayList<>();
    for (int c = 0; c < found.count(); c++) {
      sums.add(new Sum());
    }
    for (int v = 0; v < mask.length; v++) {
      if (found.labels()[v] > 0) {
        Sum sum = sums.get(found.labels()[v] - 1);
        sum.add(v % grid.nx(), v / grid.nx() % grid.ny(), v / grid.nx() / grid.ny(), map[v]);
      }
    }
    return sums.stream()
        .map(sum -> sum.lesion(grid))
        .sorted(Comparator.comparingInt(Lesion::voxels).reversed())
        .toList();
  }

  /** What is known of a lesion whose voxels come one after the other. */
  private static final class Sum {
    private final double[] places = new double[3];
    private final int[] first = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    private final int[] last = {-1, -1, -1};
    private int voxels;
    private double values;
    private double peak = Double.NEGATIVE_INFINITY;

    void add(int i, int j, int k, float value) {
      int[] index = {i, j, k};
      for (int axis = 0; axis < 3; axis++) {
        places[axis] += index[axis];
        first[axis] = Math.min(first[axis], index[axis]);
        last[axis] = Math.max(last[axis], index[axis]);
      }
      voxels++;
      values += value;
      peak = Math.max(peak, value);
    }

    Lesion lesion(Grid grid) {
      Place centre = new Place(places[0] / voxels, places[1] / voxels, places[2] / voxels);
      double[] side = grid.spacing();
      return new Lesion(
          voxels,
          voxels * side[0] * side[1] * side[2] / 1000,
          centre,
          inSpace(grid, centre),
          new Index(first[0], first[1], first[2]),
          new Index(last[0], last[1], last[2]),
          values / voxels,
          peak);
    }

    private static Place inSpace(Grid grid, Place voxel) {
      double[] a = grid.affine();
      double[] at = new double[3];
      for (int row = 0; row < 3; row++) {
        at[row] =
            a[4 * row] * voxel.x()
                + a[4 * row + 1] * voxel.y()
                + a[4 * row + 2] * voxel.z()
                + a[4 * row + 3];
      }
      return new Place(at[0], at[1], at[2]);
    }
  }
}
