package dev.hale.evaluation;

/**
 * How an array is a volume: slices one after the other, {@code [slice][row][column]}.
 *
 * @param columns at least 1
 * @param rows at least 1
 * @param slices at least 1
 * @param voxelCubicMillimetres volume of one voxel in mm³, greater than 0
 */
public record VolumeShape(int columns, int rows, int slices, double voxelCubicMillimetres) {
  public VolumeShape {
    if (columns < 1 || rows < 1 || slices < 1 || !(voxelCubicMillimetres > 0)) {
      throw new IllegalArgumentException(
          "a volume of %d×%d×%d voxels of %s mm³ is none"
              .formatted(columns, rows, slices, voxelCubicMillimetres));
    }
  }

  /** Voxels of one slice. */
  public int area() {
    return columns * rows;
  }

  /** Voxels in all. */
  public int size() {
    return Math.multiplyExact(area(), slices);
  }
}
