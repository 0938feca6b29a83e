package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The threshold of a map that image labels speak for.
 *
 * <p>Above a cut lies a share D of the pixels of diseased images and a share H of those of healthy
 * ones, rims ({@link RegionMap}) left out. Were what is healthy in a diseased image marked as often
 * as in a healthy image, then, as long as lesions are small, of the marked pixels of diseased
 * images (D − H) / D would lie in lesions, and the marked part of the lesions would be in
 * proportion to D − H. The cut has the largest product of the two, E² / D (Lee and Liu, ICML 2003,
 * judge classifiers without negatives alike), where E is what is sure of D − H: two standard errors
 * less, because images differ and a few bright ones prove nothing.
 *
 * <p>So lesions have a share D − H of the diseased images. Their blurred rims, which the labels
 * cannot tell from lesion, are not in it, but lie above the cut. The threshold is the highest at
 * which all pixels, rims among them, are marked as much more often in diseased images: it marks as
 * much as there is lesion.
 */
public final class ImageLabelThreshold {
  private static final double STANDARD_ERRORS = 2;

  /**
   * A cut of the map.
   *
   * @param excess of all pixels that lie above it in diseased images, {@link #excess}
   */
  private record Cut(double value, double excess) {}

  /**
   * What the labels speak for.
   *
   * @param threshold of the map
   * @param index √(E² / D) at the best cut, 0 where nothing is sure: precision times recall as far
   *     as labels tell, up to a factor that is the same for all maps of the same images
   */
  public record Found(double threshold, double index) {}

  private final Marks healthy;
  private final Marks diseased;
  private final Marks healthyCores;
  private final Marks diseasedCores;
  private final List<Cut> falling = new ArrayList<>();
  private double most;
  private double lesion; // excess of the diseased images, as of the best cut
  private double best;

  private ImageLabelThreshold(List<RegionMap> healthy, List<RegionMap> diseased, double least) {
    this.healthy = new Marks(healthy);
    this.diseased = new Marks(diseased);
    healthyCores = new Marks(healthy);
    diseasedCores = new Marks(diseased);
    best = least;
  }

  /** The threshold of {@link #find} alone. */
  public static double of(List<RegionMap> healthy, List<RegionMap> diseased, double least) {
    return find(healthy, diseased, least).threshold();
  }

  /**
   * Looks for the threshold.
   *
   * @param healthy for each healthy image its map, at least 0 everywhere
   * @param diseased the same of diseased images
   * @param least no lower threshold is given
   * @return the threshold {@code least} where nothing above it is sure to be more in diseased
   *     images
   * @throws IllegalArgumentException where there are no values of either, or one is not finite or
   *     negative
   */
  public static Found find(List<RegionMap> healthy, List<RegionMap> diseased, double least) {
    List<RegionMap> images = new ArrayList<>(healthy);
    images.addAll(diseased);
    long[] rising = rising(images);
    ImageLabelThreshold search = new ImageLabelThreshold(healthy, diseased, least);
    int v = rising.length - 1;
    for (; v >= 0 && value(rising[v]) > least; v--) {
      float value = value(rising[v]);
      if (v + 1 < rising.length && value(rising[v + 1]) > value) {
        search.consider(value);
      }
      search.add((int) rising[v]);
    }
    search.consider(least);
    return new Found(search.threshold(), Math.sqrt(search.most));
  }

  /** A pixel lies above the cuts to come; image and rim as in {@link #rising}. */
  private void add(int imageAndRim) {
    int image = imageAndRim >>> 1;
    boolean rim = (imageAndRim & 1) != 0;
    boolean well = image < healthy.images();
    int own = well ? image : image - healthy.images();
    (well ? healthy : diseased).add(own);
    if (!rim) {
      (well ? healthyCores : diseasedCores).add(own);
    }
  }

  /** What has been marked so far is what lies above the cut. */
  private void consider(double cut) {
    falling.add(new Cut(cut, excess(diseased, healthy)));
    double error = Math.hypot(diseasedCores.error(), healthyCores.error());
    double sure = diseasedCores.share() - healthyCores.share() - STANDARD_ERRORS * error;
    if (sure > 0 && sure * sure / diseasedCores.share() > most) {
      most = sure * sure / diseasedCores.share();
      best = cut;
      lesion = excess(diseasedCores, healthyCores);
    }
  }

  /** D − H times the pixels of both, a whole number: equal shares are equal, however they arose. */
  private static double excess(Marks diseased, Marks healthy) {
    return diseased.all * healthy.voxels - healthy.all * diseased.voxels;
  }

  /** The highest cut, down to the best one, above which there is as much as there is lesion. */
  private double threshold() {
    return falling.stream()
        .filter(cut -> lesion > 0 && cut.value() > best && cut.excess() >= lesion)
        .mapToDouble(Cut::value)
        .findFirst()
        .orElse(best);
  }

  /** All values in rising order, each with twice its image in the lower half, plus 1 for a rim. */
  private static long[] rising(List<RegionMap> images) {
    long[] all =
        new long
            [images.stream().mapToInt(image -> image.values().length).reduce(0, Math::addExact)];
    int next = 0;
    for (int image = 0; image < images.size(); image++) {
      float[] values = images.get(image).values();
      boolean[] rim = images.get(image).rim();
      for (int v = 0; v < values.length; v++) {
        if (!(values[v] >= 0 && values[v] < Float.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "a map has the value %s, expected finite and at least 0".formatted(values[v]));
        }
        long bits = Float.floatToIntBits(values[v] + 0f); // no -0
        all[next++] = bits << 32 | (2L * image + (rim[v] ? 1 : 0));
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

    Marks(List<RegionMap> images) {
      marked = new long[images.size()];
      sizes = images.stream().mapToInt(image -> image.values().length).toArray();
      voxels = Arrays.stream(sizes).asDoubleStream().sum();
      sizeSquares = Arrays.stream(sizes).asDoubleStream().map(n -> n * n).sum();
      if (voxels == 0) {
        throw new IllegalArgumentException(
            "no values of healthy or of diseased images, expected some of both");
      }
    }

    void add(int image) {
      squares += 2.0 * marked[image]++ + 1;
      products += sizes[image];
      all++;
    }

    double share() {
      return all / voxels;
    }

    int images() {
      return sizes.length;
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
