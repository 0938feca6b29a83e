package dev.hale.scan;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import java.util.Arrays;

/** How a channel's intensities inside the brain, or head, become values from -1 to 1. */
public enum Normalisation {
  /** Two percentiles become -1 and 1; what a file that names none means. */
  @JsonEnumDefaultValue
  PERCENTILES {
    @Override
    IntensityScale scale(float[] sorted, double lower, double upper) {
      return new IntensityScale(new double[] {lower, upper}, new double[] {-1, 1});
    }
  },

  /**
   * Two percentiles become -1 and 1 and the median between them -0.2, linear below and above it
   * (Nyúl and Udupa 1999, with fixed standard values and the median for their mode).
   */
  LANDMARKS {
    @Override
    IntensityScale scale(float[] sorted, double lower, double upper) {
      double median = percentile(sorted, 50);
      if (!(median > lower && median < upper)) {
        throw new DataException(
            "its median %s is the lower or the upper percentile, too; choose percentiles"
                .formatted(median));
      }
      return new IntensityScale(new double[] {lower, median, upper}, new double[] {-1, TISSUE, 1});
    }
  },

  /**
   * The lower percentile becomes -1 and the peak of the histogram that stands for white matter
   * -0.2, linear beyond: the brightest peak that is at least half as high as the highest. What is
   * brighter than two and a half times that is 1; the upper percentile only says where the
   * histogram ends.
   */
  WHITE_MATTER {
    @Override
    IntensityScale scale(float[] sorted, double lower, double upper) {
      double peak = brightestPeak(sorted, lower, upper);
      double range = 2 / (TISSUE + 1) * (peak - lower);
      return new IntensityScale(new double[] {lower, lower + range}, new double[] {-1, 1});
    }
  };

  /**
   * What files leave out, for Jackson: {@link #PERCENTILES}, as they were before there were others.
   */
  static final class Unsaid {
    @Override
    public boolean equals(Object value) {
      return value == PERCENTILES;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  private static final double TISSUE = -0.2;
  private static final int BINS = 128;
  private static final double BLUR = 2.5; // standard deviation in bins
  private static final double MAIN_PEAK = 0.5; // of the highest one

  /**
   * The scale of a channel.
   *
   * @param sorted intensities inside the brain, ascending
   * @param lower percentile of them
   * @param upper percentile of them, above the lower one
   * @throws DataException where they have no such scale
   */
  abstract IntensityScale scale(float[] sorted, double lower, double upper);

  /** Linear between the two nearest ranks, as NumPy does by default. */
  static double percentile(float[] sorted, double percentile) {
    double rank = percentile / 100 * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - (double) sorted[below]);
  }

  /** The centre of the peak's bin, in intensities. */
  private static double brightestPeak(float[] sorted, double lower, double upper) {
    double width = (upper - lower) / BINS;
    double[] counts = new double[BINS];
    for (float intensity : sorted) {
      if (intensity > lower && intensity < upper) {
        counts[Math.min(BINS - 1, (int) ((intensity - lower) / width))]++;
      }
    }
    double[] smooth = blurred(counts);
    double enough = MAIN_PEAK * Arrays.stream(smooth).max().orElseThrow();
    int bin = BINS - 1;
    while (bin > 0 && !(smooth[bin] >= enough && smooth[bin] > smooth[bin - 1])) {
      bin--; // down to where the counts have risen enough and fall again
    }
    return lower + (bin + 0.5) * width;
  }

  private static double[] blurred(double[] counts) {
    int reach = (int) Math.ceil(3 * BLUR);
    double[] blurred = new double[counts.length];
    for (int to = 0; to < counts.length; to++) {
      for (int from = Math.max(0, to - reach); from <= to + reach && from < counts.length; from++) {
        double distance = (from - to) / BLUR;
        blurred[to] += counts[from] * Math.exp(-distance * distance / 2);
      }
    }
    return blurred;
  }
}
