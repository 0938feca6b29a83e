package dev.hale.evaluation;

import java.util.Arrays;

/**
 * The trivial method that a learned one has to beat: FLAIR intensity after histogram equalisation
 * inside the brain is the anomaly map (Meissen, Kaissis and Rueckert, "Challenging current
 * semi-supervised anomaly segmentation methods for brain MRI", 2021, arXiv 2109.06023). It finds
 * bright lesions only and has nothing to train.
 *
 * <p>Equalised values are spread evenly over [0, 1] in every scan, so a threshold on them marks the
 * same share of every brain, and Otsu on them cuts near the middle whatever the scan shows. A
 * threshold worth having is therefore found on the intensities, by {@linkplain #otsuThreshold Otsu}
 * or at a {@linkplain Thresholds#atFalsePositiveRate false-positive rate on healthy scans} that are
 * normalised alike, and {@linkplain #equalisedThreshold carried over} to the map.
 */
public final class IntensityBaseline {
  private IntensityBaseline() {}

  /**
   * Anomaly map: the share of the brain that is at most as bright as the voxel. Exact, where the
   * paper's code interpolates in a histogram of 256 bins.
   *
   * @param flair finite intensities in any unit, {@code [k][j][i]} of a whole scan
   * @param brain mask, {@code [k][j][i]}, or null for all voxels
   * @return {@code [k][j][i]}; in (0, 1] inside the brain with 1 the brightest, 0 outside
   * @throws IllegalArgumentException where lengths differ or an intensity is not finite
   */
  public static float[] map(float[] flair, byte[] brain) {
    float[] sorted = sortedInside(flair, brain);
    float[] map = new float[flair.length];
    for (int v = 0; v < map.length; v++) {
      if (Voxels.contains(brain, v)) {
        map[v] = shareUpTo(sorted, flair[v]);
      }
    }
    return map;
  }

  /**
   * Where a threshold on intensity lies on the map: a voxel's map value exceeds the result exactly
   * where its intensity exceeds the given one.
   *
   * @param intensity a threshold in the unit of the scan
   * @param flair the scan that the map was made of
   * @param brain its mask, or null for all voxels
   * @return in [0, 1]; NaN where the brain is empty
   */
  public static double equalisedThreshold(double intensity, float[] flair, byte[] brain) {
    return shareUpTo(sortedInside(flair, brain), intensity);
  }

  /**
   * Otsu's threshold of the intensities inside the brain, carried over to the map: a label-free
   * operating point.
   *
   * @return in [0, 1]; NaN where the brain is empty
   */
  public static double otsuThreshold(float[] flair, byte[] brain) {
    return equalisedThreshold(Thresholds.otsu(flair, brain), flair, brain);
  }

  private static float[] sortedInside(float[] flair, byte[] brain) {
    float[] sorted = Voxels.inside(flair, brain);
    for (int v = 0; v < sorted.length; v++) {
      if (!Float.isFinite(sorted[v])) {
        throw new IllegalArgumentException(
            "an intensity is %s, must be finite".formatted(sorted[v]));
      }
    }
    Arrays.parallelSort(sorted);
    return sorted;
  }

  private static float shareUpTo(float[] sorted, double intensity) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= intensity) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return (float) ((double) low / sorted.length);
  }
}
