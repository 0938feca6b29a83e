package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.hale.scan.Axis;
import dev.hale.scan.Grid;
import dev.hale.scan.Preprocessing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small spots of a mask, however the file orders its voxels. */
class MarkedSpotsTest {
  /** Axial slices of 2 mm pixels; voxels of 1 mm, so that four of them are a pixel. */
  private static final Preprocessing IMAGES = new Preprocessing(List.of("FLAIR"), 8, 2, Axis.AXIAL);

  @Test
  void crossSectionsAreThoseOfTheSlices() {
    // File axes run to Superior, Left, Anterior: slices lie along i.
    double[] affine = {0, -1, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 1};
    Grid grid = new Grid(2, 6, 6, affine);
    byte[] mask = new byte[grid.size()];
    byte[] kept = new byte[grid.size()];
    for (int k = 0; k < 2; k++) {
      for (int j = 0; j < 2; j++) {
        mask[index(0, j, k)] = 1; // four voxels of one slice: one pixel
        mask[index(0, 4 + j, 3 + k)] = 1;
        kept[index(0, 4 + j, 3 + k)] = 1;
      }
    }
    mask[index(0, 4, 5)] = 1; // a fifth
    kept[index(0, 4, 5)] = 1;
    mask[index(1, 4, 5)] = 1; // hangs together with them
    kept[index(1, 4, 5)] = 1;
    assertArrayEquals(kept, MarkedSpots.drop(mask, grid, IMAGES, 1));
    assertArrayEquals(mask, MarkedSpots.drop(mask, grid, IMAGES, 0.99));
  }

  private static int index(int i, int j, int k) {
    return i + 2 * (j + 6 * k);
  }
}
