package dev.hale.scan;

/**
 * A lesion mask on the model's slices.
 *
 * @param masks {@code [slice][j * S + i]}, 1 where at least half of the pixel's area is lesion
 * @param voxels number of lesion voxels in each slice of the volume itself, wherever they lie, so
 *     that a lesion too small for the model's pixels still makes its slice diseased
 */
public record SliceMasks(byte[][] masks, int[] voxels) {
  /** The image-level label: whether the slice has any lesion voxel. */
  public boolean diseased(int slice) {
    return voxels[slice] > 0;
  }
}
