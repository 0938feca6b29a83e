package dev.hale.scan;

/**
 * The reordering that turns a grid's axes closest to Right, Anterior, Superior. It only permutes
 * and flips, never resamples, so it can be undone exactly.
 */
public final class Canonical {
  private static final int[][] PERMUTATIONS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  private final Grid source;
  private final Grid grid;
  private final int base;
  private final int[] stride = new int[3];

  private Canonical(Grid source) {
    this.source = source;
    double[] affine = source.affine();
    int[] axes = closestAxes(affine, source.spacing());
    int[] sourceSize = {source.nx(), source.ny(), source.nz()};
    int[] sourceStride = {1, source.nx(), source.nx() * source.ny()};
    int[] size = new int[3];
    double[] turned = new double[16];
    turned[15] = 1;
    for (int row = 0; row < 3; row++) {
      turned[4 * row + 3] = affine[4 * row + 3];
    }
    int start = 0;
    for (int axis = 0; axis < 3; axis++) {
      int from = axes[axis];
      size[axis] = sourceSize[from];
      boolean flip = affine[4 * axis + from] < 0;
      stride[axis] = flip ? -sourceStride[from] : sourceStride[from];
      start += flip ? (size[axis] - 1) * sourceStride[from] : 0;
      for (int row = 0; row < 3; row++) {
        double step = affine[4 * row + from];
        turned[4 * row + axis] = flip ? -step : step;
        turned[4 * row + 3] += flip ? step * (size[axis] - 1) : 0;
      }
    }
    base = start;
    grid = new Grid(size[0], size[1], size[2], turned);
  }

  /** The reordering of a grid. */
  public static Canonical of(Grid source) {
    return new Canonical(source);
  }

  /**
   * Which voxel axis runs along R, A and S: the assignment of largest total cosine, which unlike
   * letting the axes choose in turn does not depend on how the file orders them.
   */
  private static int[] closestAxes(double[] affine, double[] spacing) {
    int[] best = PERMUTATIONS[0];
    double highest = -1;
    for (int[] axes : PERMUTATIONS) {
      double total = 0;
      for (int axis = 0; axis < 3; axis++) {
        total += Math.abs(affine[4 * axis + axes[axis]]) / spacing[axes[axis]];
      }
      if (total > highest + 1e-9) {
        highest = total;
        best = axes;
      }
    }
    return best;
  }

  /** The grid as it was. */
  public Grid source() {
    return source;
  }

  /** The grid in canonical order: i nearest to Right, j to Anterior, k to Superior. */
  public Grid grid() {
    return grid;
  }

  /** Number of voxels along a canonical axis (0 R, 1 A, 2 S). */
  public int size(int axis) {
    return axis == 0 ? grid.nx() : axis == 1 ? grid.ny() : grid.nz();
  }

  /** Linear index in the source of the voxel at (i, j, k) of the canonical grid. */
  public int sourceIndex(int i, int j, int k) {
    return base + i * stride[0] + j * stride[1] + k * stride[2];
  }

  /** A volume of the source in canonical order; a new array. */
  public float[] toCanonical(float[] volume) {
    requireSize(volume.length);
    float[] turned = new float[volume.length];
    forEachRow(
        (from, to) -> {
          for (int i = 0; i < grid.nx(); i++) {
            turned[to + i] = volume[from + i * stride[0]];
          }
        });
    return turned;
  }

  /** A mask of the source in canonical order; a new array. */
  public byte[] toCanonical(byte[] mask) {
    requireSize(mask.length);
    byte[] turned = new byte[mask.length];
    forEachRow(
        (from, to) -> {
          for (int i = 0; i < grid.nx(); i++) {
            turned[to + i] = mask[from + i * stride[0]];
          }
        });
    return turned;
  }

  /** A canonical volume in the order of the source; a new array. */
  public float[] toSource(float[] canonical) {
    requireSize(canonical.length);
    float[] volume = new float[canonical.length];
    forEachRow(
        (from, to) -> {
          for (int i = 0; i < grid.nx(); i++) {
            volume[from + i * stride[0]] = canonical[to + i];
          }
        });
    return volume;
  }

  /** A canonical mask in the order of the source; a new array. */
  public byte[] toSource(byte[] canonical) {
    requireSize(canonical.length);
    byte[] mask = new byte[canonical.length];
    forEachRow(
        (from, to) -> {
          for (int i = 0; i < grid.nx(); i++) {
            mask[from + i * stride[0]] = canonical[to + i];
          }
        });
    return mask;
  }

  /**
   * One slice of a source volume, {@code [row][column]} with columns fastest, each running towards
   * R, A or S as the axis says.
   *
   * @param volume on the source grid
   * @param axis across which to cut
   * @param index of the slice, from Left, Posterior or Inferior
   */
  public float[] slice(float[] volume, Axis axis, int index) {
    requireSize(volume.length);
    if (index < 0 || index >= size(axis.normal())) {
      throw new DataException(
          "no %s slice %d: there are %d".formatted(axis, index, size(axis.normal())));
    }
    int columns = size(axis.column());
    float[] slice = new float[columns * size(axis.row())];
    for (int at = 0; at < slice.length; at++) {
      slice[at] = volume[sliceIndex(axis, index, at / columns, at % columns)];
    }
    return slice;
  }

  /** Linear index in the source of a slice's pixel. */
  public int sliceIndex(Axis axis, int slice, int row, int column) {
    return base
        + slice * stride[axis.normal()]
        + row * stride[axis.row()]
        + column * stride[axis.column()];
  }

  private interface Row {
    void copy(int source, int canonical);
  }

  private void forEachRow(Row row) {
    for (int k = 0; k < grid.nz(); k++) {
      for (int j = 0; j < grid.ny(); j++) {
        row.copy(sourceIndex(0, j, k), grid.index(0, j, k));
      }
    }
  }

  private void requireSize(int length) {
    if (length != source.size()) {
      throw new DataException("volume has %d values, grid has %s".formatted(length, source));
    }
  }
}
