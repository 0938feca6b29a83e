package dev.hale.data;

import java.util.Arrays;

/**
 * A regular voxel grid in space. Voxel (i, j, k) has the linear index {@code i + nx * (j + ny * k)}
 * and lies at {@code affine * (i, j, k, 1)} in millimetres, x to the Right, y to Anterior, z to
 * Superior (RAS+, the NIfTI convention).
 *
 * @param nx number of voxels along i, at least 1
 * @param ny number of voxels along j, at least 1
 * @param nz number of voxels along k, at least 1; 1 for a single image
 * @param affine 16 numbers, row-major 4×4, voxel indices to millimetres
 */
public record Grid(int nx, int ny, int nz, double[] affine) {
  public Grid {
    if (nx < 1 || ny < 1 || nz < 1) {
      throw new DataException("grid has no voxels: %d×%d×%d".formatted(nx, ny, nz));
    }
    if ((long) nx * ny * nz > Integer.MAX_VALUE - 16) {
      throw new DataException("grid is too large: %d×%d×%d voxels".formatted(nx, ny, nz));
    }
    if (affine.length != 16) {
      throw new DataException("affine has %d numbers, expected 16".formatted(affine.length));
    }
    affine = affine.clone();
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
