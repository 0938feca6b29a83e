package dev.hale.evaluation;

import java.util.Arrays;

/**
 * The separate lesions of a mask. Voxels belong together when they share a face, an edge or a
 * corner: 26 neighbours in a volume, 8 in a single slice ({@code nz} = 1).
 *
 * @param labels {@code [k][j][i]}: 0 outside the mask, otherwise the component, numbered from 1 in
 *     the order in which the array meets them
 * @param sizes voxels of each component; component c is at {@code c - 1}
 */
public record ConnectedComponents(int[] labels, int[] sizes) {

  /**
   * Finds the components of a mask.
   *
   * @param mask {@code [k][j][i]}, {@code nx * ny * nz} values
   * @throws IllegalArgumentException where the mask does not have that many values
   */
  public static ConnectedComponents of(byte[] mask, int nx, int ny, int nz) {
    if (nx < 1 || ny < 1 || nz < 1 || mask.length != (long) nx * ny * nz) {
      throw new IllegalArgumentException(
          "mask has %d voxels, the grid %d×%d×%d".formatted(mask.length, nx, ny, nz));
    }
    int[] labels = new int[mask.length];
    int[] sizes = new int[16];
    int[] pending = new int[1024];
    int count = 0;
    for (int seed = 0; seed < mask.length; seed++) {
      if (mask[seed] == 0 || labels[seed] != 0) {
        continue;
      }
      if (count == sizes.length) {
        sizes = Arrays.copyOf(sizes, 2 * count);
      }
      int label = ++count;
      int waiting = 0;
      pending[waiting++] = seed;
      labels[seed] = label;
      while (waiting > 0) {
        int voxel = pending[--waiting];
        sizes[label - 1]++;
        if (waiting + 26 > pending.length) {
          pending = Arrays.copyOf(pending, 2 * pending.length);
        }
        int i = voxel % nx;
        int j = voxel / nx % ny;
        int k = voxel / nx / ny;
        for (int z = Math.max(k - 1, 0); z <= Math.min(k + 1, nz - 1); z++) {
          for (int y = Math.max(j - 1, 0); y <= Math.min(j + 1, ny - 1); y++) {
            for (int x = Math.max(i - 1, 0); x <= Math.min(i + 1, nx - 1); x++) {
              int neighbour = x + nx * (y + ny * z);
              if (mask[neighbour] != 0 && labels[neighbour] == 0) {
                labels[neighbour] = label;
                pending[waiting++] = neighbour;
              }
            }
          }
        }
      }
    }
    return new ConnectedComponents(labels, Arrays.copyOf(sizes, count));
  }

  /** Number of components. */
  public int count() {
    return sizes.length;
  }

  /** The mask of the components that have at least so many voxels: specks taken away. */
  public byte[] atLeast(int voxels) {
    byte[] mask = new byte[labels.length];
    for (int v = 0; v < mask.length; v++) {
      mask[v] = (byte) (labels[v] != 0 && sizes[labels[v] - 1] >= voxels ? 1 : 0);
    }
    return mask;
  }
}
