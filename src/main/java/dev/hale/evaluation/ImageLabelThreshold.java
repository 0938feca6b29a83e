package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The threshold of a map that image labels speak for.
 *
 * <p>Above a threshold lies a share D of the voxels of diseased images and a share H of those of
 * healthy ones. Were what is healthy in a diseased image marked as often as in a healthy image,
 * then, as long as lesions are small, of the marked voxels of diseased images (D − H) / D would lie
 * in lesions, and the marked part of the lesions would be in proportion to D − H. The threshold has
 * the largest product of the two, E² / D (Lee and Liu, ICML 2003, judge classifiers without
 * negatives alike), where E is what is sure of D − H: two standard errors less, because images
 * differ and a few bright ones prove nothing.
 *
 * <p>That counts the rim of a large lesion, blurred as maps are, as lesion: the labels cannot tell.
 * But a blurred edge lies where the map has half its height, so no lower threshold is given than
 * half of the mean value that diseased images have in excess above the threshold found.
 */
public final class ImageLabelThreshold {
  private static final double STANDARD_ERRORS = 2;

  private final Marks healthy;
  private final Marks diseased;
  private double most;
  private double threshold;
  private double height;

  private ImageLabelThreshold(List<float[]> healthy, List<float[]> diseased, double least) {
    this.healthy = new Marks(healthy);
    this.diseased = new Marks(diseased);
    this.threshold = least;
  }

  /**
   * The threshold.
   *
   * @param healthy for each healthy image the values that count of its map, at least 0
   * @param diseased the same of diseased images
   * @param least no lower threshold is given
   * @return {@code least} where nothing above it is sure to be more in diseased images
   * @throws IllegalArgumentException where there are no values of either, or one is not finite or
   *     negative
   */
  public static double of(List<float[]> healthy, List<float[]> diseased, double least) {
    long[] rising = rising(healthy, diseased);
    ImageLabelThreshold search = new ImageLabelThreshold(healthy, diseased, least);
    int v = rising.length - 1;
    for (; v >= 0 && value(rising[v]) > least; v--) {
      float value = value(rising[v]);
      if (v + 1 < rising.length && value(rising[v + 1]) > value) {
        search.consider(value);
      }
      int image = (int) rising[v];
      if (image < healthy.size()) {
        search.healthy.add(image, value);
      } else {
        search.diseased.add(image - healthy.size(), value);
      }
    }
    search.consider(least);
    return Math.max(search.threshold, search.height / 2);
  }

  /** What has been marked so far is what lies above the cut. */
  private void consider(double cut) {
    double excess = diseased.share() - healthy.share();
    double sure = excess - STANDARD_ERRORS * Math.hypot(diseased.error(), healthy.error());
    if (sure > 0 && sure * sure / diseased.share() > most) {
      most = sure * sure / diseased.share();
      threshold = cut;
      height = (diseased.sumShare() - healthy.sumShare()) / excess;
    }
  }

  /** All values in rising order, each with its image in the lower half; healthy images first. */
  private static long[] rising(List<float[]> healthy, List<float[]> diseased) {
    List<float[]> images = new ArrayList<>(healthy);
    images.addAll(diseased);
    long[] all =
        new long[images.stream().mapToInt(image -> image.length).reduce(0, Math::addExact)];
    int next = 0;
    for (int image = 0; image < images.size(); image++) {
      for (float value : images.get(image)) {
        if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "a map has the value %s, expected finite and at least 0".formatted(value));
        }
        all[next++] = ((long) Float.floatToIntBits(value + 0f) << 32) | image; // no -0
      }
    }
    Arrays.sort(all);
    return all;
  }

  private static float value(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }

  /** Of images of one label: how many of each one's n voxels are marked, m. */
  private static final class Marks {
    private final long[] marked;
    private final int[] sizes;
    private final double voxels;
    private final double sizeSquares; // Σ n²
    private double all; // Σ m
    private double squares; // Σ m²
    private double products; // Σ m n
    private double sum; // of the marked values

    Marks(List<float[]> images) {
      marked = new long[images.size()];
      sizes = images.stream().mapToInt(image -> image.length).toArray();
      voxels = Arrays.stream(sizes).asDoubleStream().sum();
      sizeSquares = Arrays.stream(sizes).asDoubleStream().map(n -> n * n).sum();
      if (voxels == 0) {
        throw new IllegalArgumentException(
            "no values of healthy or of diseased images, expected some of both");
      }
    }

    void add(int image, float value) {
      squares += 2.0 * marked[image]++ + 1;
      products += sizes[image];
      all++;
      sum += value;
    }

    double share() {
      return all / voxels;
    }

    double sumShare() {
      return sum / voxels;
    }

    /** Standard error of the share r between images: Σ (m − r n)² as of a ratio of two sums. */
    double error() {
      double r = share();
      double residuals = Math.max(0, squares - 2 * r * products + r * r * sizeSquares);
      return marked.length < 2
          ? Double.POSITIVE_INFINITY
          : Math.sqrt(residuals * marked.length / (marked.length - 1)) / voxels;
    }
  }
}
