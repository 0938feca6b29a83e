package dev.hale.data.phantom;

import dev.hale.scan.DataException;
import dev.hale.scan.Scan;

/**
 * One made-up subject with its truth.
 *
 * @param scan channels FLAIR, T1, T1c, T2; intensities at least 0 in a scanner's arbitrary unit, 0
 *     outside the brain
 * @param lesion 1 where a voxel is lesion (oedema included), else 0; on the scan's grid
 * @param brain 1 inside the brain, else 0; on the scan's grid
 * @param pathology what the subject suffers from
 */
public record PhantomSubject(Scan scan, byte[] lesion, byte[] brain, Pathology pathology) {
  public PhantomSubject {
    int size = scan.grid().size();
    if (lesion.length != size || brain.length != size) {
      throw new DataException(
          "masks of %d and %d voxels do not fit the grid of %d"
              .formatted(lesion.length, brain.length, size));
    }
  }

  /** Whether slice k shows any lesion: the image label that Wolleb et al. 2022 train from. */
  public boolean sliceIsDiseased(int k) {
    int area = scan.grid().nx() * scan.grid().ny();
    for (int v = k * area; v < (k + 1) * area; v++) {
      if (lesion[v] != 0) {
        return true;
      }
    }
    return false;
  }
}
