package dev.hale.scan;

import java.util.Arrays;
import java.util.Locale;

/**
 * Finds where the brain is in a skull-stripped scan, or the head in one that is not. Such scans
 * have a constant background, often 0 but in z-scored data any number; what differs from it in
 * every channel is brain.
 */
public final class BrainMask {
  /** A background value fills at least this share of a skull-stripped volume. */
  private static final double LEAST_BACKGROUND = 0.02;

  /** No head fills so much of a volume, cut out however tightly. */
  private static final double NEARLY_ALL = 0.9;

  private static final double NOISE = 0.05;
  private static final double BRIGHT = 98; // percentile

  private BrainMask() {}

  /** A mask of the whole grid, for images that have no background, such as radiographs. */
  public static byte[] whole(Grid grid) {
    byte[] mask = new byte[grid.size()];
    Arrays.fill(mask, (byte) 1);
    return mask;
  }

  /**
   * A brain without the voxels in which a channel has no finite number: they are background.
   *
   * @param brain one value a voxel, not 0 inside; left as it is
   * @return 0 or 1
   * @throws DataException where nothing remains
   */
  public static byte[] finite(Scan scan, byte[] brain) {
    byte[] finite = new byte[brain.length];
    boolean empty = true;
    for (int v = 0; v < brain.length; v++) {
      boolean inside = brain[v] != 0;
      for (int c = 0; inside && c < scan.channels().size(); c++) {
        inside = Float.isFinite(scan.voxels()[c * brain.length + v]);
      }
      finite[v] = (byte) (inside ? 1 : 0);
      empty &= !inside;
    }
    if (empty) {
      throw new DataException("scan %s: the brain mask is empty".formatted(scan.name()));
    }
    return finite;
  }

  /**
   * The largest connected region (6 neighbours) where no channel has its background value, with
   * holes filled in each axial slice. Values that are not finite count as background. Where that is
   * nearly all there is, the background is noise (a head in air, not skull-stripped), and what
   * differs from the background value by less than a twentieth of what bright voxels do belongs to
   * it, too.
   *
   * @return one value per voxel of the scan's grid, 0 or 1, at least one of them 1
   * @throws DataException if a channel has no constant background, or nothing else
   */
  public static byte[] find(Scan scan) {
    byte[] exact = find(scan, 0);
    int count = 0;
    for (byte inside : exact) {
      count += inside;
    }
    return count > NEARLY_ALL * exact.length ? find(scan, NOISE) : exact;
  }

  /** Noise is what differs from the background by less than that share of what is bright. */
  private static byte[] find(Scan scan, double noise) {
    Grid grid = scan.grid();
    byte[] mask = whole(grid);
    for (int c = 0; c < scan.channels().size(); c++) {
      float[] voxels = scan.channel(c);
      String name = "scan %s, channel %s".formatted(scan.name(), scan.channels().get(c));
      float background = background(grid, voxels, name);
      double limit = noise == 0 ? 0 : noise * bright(voxels, background);
      for (int v = 0; v < voxels.length; v++) {
        if (Math.abs(voxels[v] - (double) background) <= limit || !Float.isFinite(voxels[v])) {
          mask[v] = 0;
        }
      }
    }
    Canonical canonical = Canonical.of(grid);
    byte[] brain = largestComponent(canonical.grid(), canonical.toCanonical(mask));
    if (brain == null) {
      throw new DataException(
          "scan %s: no brain found, no voxel differs from the background in every channel"
              .formatted(scan.name()));
    }
    fillHoles(canonical.grid(), brain);
    return canonical.toSource(brain);
  }

  /** By how much the bright voxels, a few left out, differ from the background. */
  private static double bright(float[] voxels, float background) {
    float[] differences = new float[voxels.length];
    for (int v = 0; v < voxels.length; v++) {
      float difference = Math.abs(voxels[v] - background);
      differences[v] = Float.isFinite(difference) ? difference : 0;
    }
    Arrays.parallelSort(differences);
    return Normalisation.percentile(differences, BRIGHT);
  }

  /**
   * The value of most corners where there is one, else the most frequent value; NaN where that is
   * what surrounds the brain.
   */
  private static float background(Grid grid, float[] voxels, String name) {
    float[] corners = new float[8];
    for (int corner = 0; corner < 8; corner++) {
      int i = (corner & 1) * (grid.nx() - 1);
      int j = (corner >> 1 & 1) * (grid.ny() - 1);
      int k = (corner >> 2) * (grid.nz() - 1);
      corners[corner] = voxels[grid.index(i, j, k)];
    }
    Arrays.sort(corners);
    long[] corner = mostFrequent(corners);
    float value = Float.intBitsToFloat((int) corner[0]);
    if (corner[1] <= 4) {
      float[] sorted = voxels.clone();
      Arrays.parallelSort(sorted);
      value = Float.intBitsToFloat((int) mostFrequent(sorted)[0]);
    }
    int count = 0;
    for (float voxel : voxels) {
      if (voxel == value || (Float.isNaN(value) && Float.isNaN(voxel))) {
        count++;
      }
    }
    if (count == voxels.length) {
      throw new DataException("%s: constant image, every voxel is %s".formatted(name, value));
    }
    if (count < LEAST_BACKGROUND * voxels.length) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: no constant background (%s fills %.2f %%); skull-strip it or give a brain mask",
              name,
              value,
              100.0 * count / voxels.length));
    }
    return value;
  }

  /** The bits of the most frequent of sorted values, and how often it occurs. */
  private static long[] mostFrequent(float[] sorted) {
    int best = 0;
    int bestBits = 0;
    int run = 0;
    for (int v = 0; v < sorted.length; v++) {
      boolean same = v > 0 && Float.compare(sorted[v], sorted[v - 1]) == 0;
      run = same ? run + 1 : 1;
      if (run > best) {
        best = run;
        bestBits = Float.floatToIntBits(sorted[v]);
      }
    }
    return new long[] {bestBits, best};
  }

  /** Null where the mask is empty. */
  private static byte[] largestComponent(Grid grid, byte[] mask) {
    int[] label = new int[mask.length];
    int[] queue = new int[mask.length];
    int labels = 0;
    int largest = 0;
    int size = 0;
    for (int seed = 0; seed < mask.length; seed++) {
      if (mask[seed] == 0 || label[seed] != 0) {
        continue;
      }
      int found = flood(grid, mask, label, ++labels, seed, queue);
      if (found > size) {
        size = found;
        largest = labels;
      }
    }
    if (size == 0) {
      return null;
    }
    byte[] component = new byte[mask.length];
    for (int v = 0; v < mask.length; v++) {
      component[v] = (byte) (label[v] == largest ? 1 : 0);
    }
    return component;
  }

  private static int flood(Grid grid, byte[] mask, int[] label, int value, int seed, int[] queue) {
    int[] size = {grid.nx(), grid.ny(), grid.nz()};
    int[] stride = {1, grid.nx(), grid.nx() * grid.ny()};
    int end = 0;
    label[seed] = value;
    queue[end++] = seed;
    for (int at = 0; at < end; at++) {
      int v = queue[at];
      for (int axis = 0; axis < 3; axis++) {
        int position = v / stride[axis] % size[axis];
        for (int step = -1; step <= 1; step += 2) {
          if (position + step < 0 || position + step >= size[axis]) {
            continue;
          }
          int neighbour = v + step * stride[axis];
          if (mask[neighbour] != 0 && label[neighbour] == 0) {
            label[neighbour] = value;
            queue[end++] = neighbour;
          }
        }
      }
    }
    return end;
  }

  /** Fills what the slice's border cannot reach through 4 neighbours outside the mask. */
  private static void fillHoles(Grid grid, byte[] mask) {
    int plane = grid.nx() * grid.ny();
    Grid slice = new Grid(grid.nx(), grid.ny(), 1, grid.affine());
    int[] queue = new int[plane];
    for (int k = 0; k < grid.nz(); k++) {
      byte[] outside = new byte[plane];
      for (int v = 0; v < plane; v++) {
        outside[v] = (byte) (1 - mask[k * plane + v]);
      }
      int[] reached = new int[plane];
      for (int v = 0; v < plane; v++) {
        int i = v % grid.nx();
        int j = v / grid.nx();
        boolean border = i == 0 || j == 0 || i == grid.nx() - 1 || j == grid.ny() - 1;
        if (border && outside[v] != 0 && reached[v] == 0) {
          flood(slice, outside, reached, 1, v, queue);
        }
      }
      for (int v = 0; v < plane; v++) {
        mask[k * plane + v] = (byte) (1 - reached[v]);
      }
    }
  }
}
