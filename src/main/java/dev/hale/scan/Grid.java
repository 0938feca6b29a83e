package dev.hale.scan;

import java.util.Arrays;
import java.util.Locale;

/**
 * A regular voxel grid in space. Voxel (i, j, k) has the linear index {@code i + nx * (j + ny * k)}
 * and lies at {@code affine * (i, j, k, 1)} in millimetres, x to the Right, y to Anterior, z to
 * Superior (RAS+, the NIfTI convention).
 *
 * @param nx number of voxels along i, at least 1
 * @param ny number of voxels along j, at least 1
 * @param nz number of voxels along k, at least 1; 1 for a single image
 * @param affine 16 numbers, row-major 4×4, voxel indices to millimetres; its axes have lengths and
 *     do not lie in one plane, and its last row is 0 0 0 1
 * @param orientation what the file's header said, for writing it back; null where the grid came
 *     from no NIfTI file. It has no part in equality.
 */
public record Grid(int nx, int ny, int nz, double[] affine, Orientation orientation) {
  /** Corners this fraction of the smaller voxel side apart still count as the same place. */
  private static final double TOLERANCE = 0.05;

  /** A voxel is flat where its volume is this share of that of a box with the same sides. */
  private static final double FLAT = 1e-6;

  public Grid {
    if (nx < 1 || ny < 1 || nz < 1) {
      throw new DataException("grid has no voxels: %d×%d×%d".formatted(nx, ny, nz));
    }
    if ((long) nx * ny * nz > Integer.MAX_VALUE - 16) {
      throw new DataException("grid is too large: %d×%d×%d voxels".formatted(nx, ny, nz));
    }
    if (affine == null || affine.length != 16) {
      throw new DataException(
          affine == null
              ? "the grid has no affine"
              : "affine has %d numbers, expected 16".formatted(affine.length));
    }
    affine = affine.clone();
    requireVoxels(affine);
    if (orientation != null && !Arrays.equals(affine, orientation.affine(nx, ny, nz))) {
      throw new DataException("affine is not the one of the orientation");
    }
  }

  private static void requireVoxels(double[] affine) {
    for (int n = 0; n < 16; n++) {
      if (!Double.isFinite(affine[n])) {
        throw unusable(affine, "is not finite");
      }
      if (n >= 12 && affine[n] != (n == 15 ? 1 : 0)) {
        throw unusable(affine, "does not end in 0 0 0 1");
      }
    }
    if (isFlat(affine)) {
      throw unusable(affine, "is flat: it maps the volume onto a plane or a point");
    }
  }

  /** Whether an affine leaves voxels no volume, or nearly none. */
  static boolean isFlat(double[] m) {
    double determinant =
        m[0] * (m[5] * m[10] - m[6] * m[9])
            - m[1] * (m[4] * m[10] - m[6] * m[8])
            + m[2] * (m[4] * m[9] - m[5] * m[8]);
    double box = 1;
    for (int axis = 0; axis < 3; axis++) {
      box *= Math.hypot(Math.hypot(m[axis], m[4 + axis]), m[8 + axis]);
    }
    return !(Math.abs(determinant) > FLAT * box);
  }

  private static DataException unusable(double[] affine, String reason) {
    return new DataException("affine %s %s".formatted(Arrays.toString(affine), reason));
  }

  /** A grid that came from no NIfTI file. */
  public Grid(int nx, int ny, int nz, double[] affine) {
    this(nx, ny, nz, affine, null);
  }

  /** A grid of the given voxel size in millimetres, axes along R, A and S, origin at 0. */
  public static Grid ofSpacing(int nx, int ny, int nz, double sx, double sy, double sz) {
    return new Grid(nx, ny, nz, new double[] {sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1});
  }

  /** Number of voxels. */
  public int size() {
    return nx * ny * nz;
  }

  /** Linear index of voxel (i, j, k). */
  public int index(int i, int j, int k) {
    return i + nx * (j + ny * k);
  }

  /** Row-major 4×4 matrix, voxel indices to millimetres; a copy. */
  @Override
  public double[] affine() {
    return affine.clone();
  }

  /** Voxel size along i, j and k in millimetres. */
  public double[] spacing() {
    double[] spacing = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      spacing[axis] = Math.hypot(Math.hypot(affine[axis], affine[4 + axis]), affine[8 + axis]);
    }
    return spacing;
  }

  /**
   * Whether both have the same voxels in the same places, but for rounding in their headers: equal
   * sizes, and corners less than a twentieth of a voxel apart.
   */
  public boolean coincidesWith(Grid other) {
    return nx == other.nx
        && ny == other.ny
        && nz == other.nz
        && cornerDistance(other) <= TOLERANCE * Math.min(smallestSide(), other.smallestSide());
  }

  /** Whether each voxel is nearest to that of the same indices in the other grid. */
  boolean isNear(Grid other) {
    return nx == other.nx
        && ny == other.ny
        && nz == other.nz
        && cornerDistance(other) < 0.5 * Math.min(smallestSide(), other.smallestSide());
  }

  /**
   * Throws unless both grids coincide.
   *
   * @param name what this grid belongs to, for the message
   * @param other the grid that must agree
   * @param otherName what that one belongs to
   */
  public void requireCoincident(String name, Grid other, String otherName) {
    if (coincidesWith(other)) {
      return;
    }
    boolean sameSize = nx == other.nx && ny == other.ny && nz == other.nz;
    throw new DataException(
        sameSize
            ? String.format(
                Locale.ROOT,
                "grids differ: %s and %s are both %s but lie up to %.2f mm apart; resample one onto the other",
                name,
                otherName,
                this,
                cornerDistance(other))
            : "grids differ: %s has %s, %s has %s; resample one onto the other"
                .formatted(name, this, otherName, other));
  }

  private double smallestSide() {
    double[] spacing = spacing();
    return Math.min(spacing[0], Math.min(spacing[1], spacing[2]));
  }

  /** How far the corners lie apart at most, in millimetres. */
  double cornerDistance(Grid other) {
    double largest = 0;
    for (int corner = 0; corner < 8; corner++) {
      double i = (corner & 1) * (nx - 1);
      double j = (corner >> 1 & 1) * (ny - 1);
      double k = (corner >> 2) * (nz - 1);
      double square = 0;
      for (int row = 0; row < 12; row += 4) {
        double d =
            (affine[row] - other.affine[row]) * i
                + (affine[row + 1] - other.affine[row + 1]) * j
                + (affine[row + 2] - other.affine[row + 2]) * k
                + (affine[row + 3] - other.affine[row + 3]);
        square += d * d;
      }
      largest = Math.max(largest, Math.sqrt(square));
    }
    return largest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grid grid
        && nx == grid.nx
        && ny == grid.ny
        && nz == grid.nz
        && Arrays.equals(affine, grid.affine);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * nx + ny) + nz) + Arrays.hashCode(affine);
  }

  @Override
  public String toString() {
    return "%d×%d×%d voxels".formatted(nx, ny, nz);
  }
}
