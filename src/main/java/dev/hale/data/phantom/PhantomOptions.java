package dev.hale.data.phantom;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;

/**
 * Size of a phantom scan, and whose scanner made it. Whatever the size, the grid's centre shows the
 * same place of the head, near the roof of the lateral ventricles; a stack that is much thinner
 * than 80 mm may miss the lesions.
 *
 * @param width voxels from left to right, at least 8
 * @param height voxels from back to front, at least 8
 * @param slices axial slices, at least 1
 * @param pixelSize in-plane voxel size in millimetres, above 0
 * @param sliceSpacing distance between slices in millimetres, above 0
 * @param scanner how the scanner differs from the standard one
 */
public record PhantomOptions(
    int width,
    int height,
    int slices,
    double pixelSize,
    double sliceSpacing,
    OtherScanner scanner) {
  /** 192 × 192 pixels of 1 mm, 20 slices of 5 mm. */
  public static final PhantomOptions DEFAULT = new PhantomOptions(192, 192, 20, 1, 5);

  /** With the standard scanner. */
  public PhantomOptions(int width, int height, int slices, double pixelSize, double sliceSpacing) {
    this(width, height, slices, pixelSize, sliceSpacing, OtherScanner.DEFAULT);
  }

  /** The same size from another scanner. */
  public PhantomOptions with(OtherScanner other) {
    return new PhantomOptions(width, height, slices, pixelSize, sliceSpacing, other);
  }

  public PhantomOptions {
    if (width < 8 || height < 8 || slices < 1) {
      throw new DataException("phantom is too small: %d×%d×%d".formatted(width, height, slices));
    }
    if (!(pixelSize > 0 && sliceSpacing > 0)) {
      throw new DataException(
          "phantom voxels need a size above 0 mm, got %s and %s"
              .formatted(pixelSize, sliceSpacing));
    }
  }

  /** The scan's grid: axes along R, A and S, its centre at 0 mm. */
  Grid grid() {
    double[] affine = {
      pixelSize,
      0,
      0,
      -0.5 * (width - 1) * pixelSize,
      0,
      pixelSize,
      0,
      -0.5 * (height - 1) * pixelSize,
      0,
      0,
      sliceSpacing,
      -0.5 * (slices - 1) * sliceSpacing,
      0,
      0,
      0,
      1
    };
    return new Grid(width, height, slices, affine);
  }
}
