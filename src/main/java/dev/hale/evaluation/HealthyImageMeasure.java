package dev.hale.evaluation;

import java.util.Arrays;

/**
 * Measures images that should show a scan without its disease. Intensities are brought to the unit
 * of a model first: two percentiles of each channel of the input inside the brain become -1 and 1,
 * input, image and twin alike, and all are clamped to that, as training images are; outside the
 * brain they are -1.
 */
public final class HealthyImageMeasure {
  /** Width in millimetres of the rim of a lesion, in its slice, that is neither in nor outside. */
  public static final double RIM = 6;

  private static final float BACKGROUND = -1;
  private static final double RANGE = 2;

  private final MeasuredScan scan;
  private final float[][] twin; // null where there is none
  private final double[] lower;
  private final double[] upper;
  private final byte[] lesion;
  private final byte[] outside;
  private final int[] mirrored;

  /**
   * Of one scan.
   *
   * @param twin the same head without lesion, {@code [channel][slice][row][column]} in the input's
   *     unit; null where there is none
   * @param lowerPercentile of the input that becomes -1, in [0, 100)
   * @param upperPercentile that becomes 1, in (0, 100]
   * @throws IllegalArgumentException where the twin does not fit, or a channel is constant inside
   *     the brain
   */
  public HealthyImageMeasure(
      MeasuredScan scan, float[][] twin, double lowerPercentile, double upperPercentile) {
    this.scan = scan;
    this.twin = twin;
    int channels = scan.channels().size();
    if (twin != null) {
      MeasuredScan.requireFits("twin", twin, channels, scan.shape());
    }
    lower = new double[channels];
    upper = new double[channels];
    for (int c = 0; c < channels; c++) {
      lower[c] = Thresholds.percentile(scan.input()[c], scan.brain(), lowerPercentile);
      upper[c] = Thresholds.percentile(scan.input()[c], scan.brain(), upperPercentile);
      if (!(upper[c] > lower[c])) {
        throw new IllegalArgumentException(
            "channel %s is constant inside the brain".formatted(scan.channels().get(c)));
      }
    }
    lesion = scan.lesion();
    outside = scan.outside(RIM);
    mirrored = scan.mirrored();
  }

  /**
   * Measures an image, the input and the twin themselves included.
   *
   * @param image {@code [channel][slice][row][column]} in the input's unit
   * @param marked mask of what the method found
   * @throws IllegalArgumentException where either does not fit
   */
  public HealthyImageMetrics of(float[][] image, byte[] marked) {
    MeasuredScan.requireFits("image", image, scan.channels().size(), scan.shape());
    Voxels.sameLength("marked", marked.length, "shape", scan.shape().size());
    byte[] unmarked = scan.brain().clone();
    for (int v = 0; v < unmarked.length; v++) {
      unmarked[v] = marked[v] == 0 ? unmarked[v] : 0;
    }
    Mean lesionError = new Mean();
    Mean outsideError = new Mean();
    Mean lesionSsim = new Mean();
    Mean outsideSsim = new Mean();
    Mean outsideChange = new Mean();
    Mean unmarkedChange = new Mean();
    for (int c = 0; c < image.length; c++) {
      float[] healed = scaled(image[c], c);
      float[] input = scaled(scan.input()[c], c);
      addSquares(healed, input, outside, outsideChange);
      addSquares(healed, input, unmarked, unmarkedChange);
      if (twin != null) {
        float[] healthy = scaled(twin[c], c);
        addSquares(healed, healthy, lesion, lesionError);
        addSquares(healed, healthy, outside, outsideError);
        addSimilarity(healed, healthy, lesionSsim, outsideSsim);
      }
    }
    int healthySlices = 0;
    int unchanged = 0;
    for (SliceMetrics slice : scan.slices()) {
      if (!slice.diseased()) {
        healthySlices++;
        unchanged += isUnchanged(image, slice.slice()) ? 1 : 0;
      }
    }
    return new HealthyImageMetrics(
        residualContrast(image),
        Math.sqrt(lesionError.value()),
        Math.sqrt(outsideError.value()),
        lesionSsim.value(),
        outsideSsim.value(),
        Math.sqrt(outsideChange.value()),
        Math.sqrt(unmarkedChange.value()),
        mirrorContrast(image),
        healthySlices,
        unchanged);
  }

  private float[] scaled(float[] channel, int c) {
    float[] scaled = new float[channel.length];
    Arrays.fill(scaled, BACKGROUND);
    for (int v = 0; v < scaled.length; v++) {
      if (scan.brain()[v] != 0) {
        scaled[v] = scaled(channel[v], c);
      }
    }
    return scaled;
  }

  private float scaled(float value, int c) {
    double unit = (value - lower[c]) / (upper[c] - lower[c]);
    return (float) (2 * Math.min(1, Math.max(0, unit)) - 1);
  }

  private static void addSquares(float[] one, float[] other, byte[] region, Mean mean) {
    for (int v = 0; v < region.length; v++) {
      if (region[v] != 0) {
        double difference = (double) one[v] - other[v];
        mean.add(difference * difference);
      }
    }
  }

  private void addSimilarity(float[] healed, float[] healthy, Mean inLesion, Mean outsideIt) {
    int area = scan.shape().area();
    for (int from = 0; from < healed.length; from += area) {
      if (!hasAny(scan.brain(), from, area)) {
        continue;
      }
      double[] map = similarity(healed, healthy, from);
      for (int p = 0; p < area; p++) {
        if (lesion[from + p] != 0) {
          inLesion.add(map[p]);
        } else if (outside[from + p] != 0) {
          outsideIt.add(map[p]);
        }
      }
    }
  }

  private double[] similarity(float[] healed, float[] healthy, int from) {
    int to = from + scan.shape().area();
    float[] one = Arrays.copyOfRange(healed, from, to);
    float[] other = Arrays.copyOfRange(healthy, from, to);
    if (Arrays.equals(one, other)) {
      double[] alike = new double[one.length];
      Arrays.fill(alike, 1);
      return alike;
    }
    return StructuralSimilarity.map(one, other, scan.shape().columns(), scan.shape().rows(), RANGE);
  }

  private static boolean hasAny(byte[] mask, int from, int count) {
    for (int v = from; v < from + count; v++) {
      if (mask[v] != 0) {
        return true;
      }
    }
    return false;
  }

  private double residualContrast(float[][] image) {
    if (twin == null) {
      return Double.NaN;
    }
    double left = 0;
    double whole = 0;
    for (int c : scan.brightened()) {
      for (int v = 0; v < lesion.length; v++) {
        if (lesion[v] != 0) {
          float healthy = scaled(twin[c][v], c);
          left += scaled(image[c][v], c) - healthy;
          whole += scaled(scan.input()[c][v], c) - healthy;
        }
      }
    }
    return whole == 0 ? Double.NaN : left / whole;
  }

  private double mirrorContrast(float[][] image) {
    Mean contrast = new Mean();
    for (int c : scan.brightened()) {
      for (int v = 0; v < lesion.length; v++) {
        int other = mirrored[v];
        if (lesion[v] != 0 && other >= 0 && scan.brain()[other] != 0 && lesion[other] == 0) {
          contrast.add((double) scaled(image[c][v], c) - scaled(image[c][other], c));
        }
      }
    }
    return contrast.value();
  }

  private boolean isUnchanged(float[][] image, int slice) {
    int area = scan.shape().area();
    for (int c = 0; c < image.length; c++) {
      for (int v = slice * area; v < (slice + 1) * area; v++) {
        if (scan.brain()[v] != 0
            && Float.floatToRawIntBits(image[c][v])
                != Float.floatToRawIntBits(scan.input()[c][v])) {
          return false;
        }
      }
    }
    return true;
  }

  /** Of numbers that come one by one. */
  private static final class Mean {
    private double sum;
    private long count;

    void add(double value) {
      sum += value;
      count++;
    }

    /** NaN where none came. */
    double value() {
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
