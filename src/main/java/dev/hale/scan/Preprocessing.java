package dev.hale.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * How a scan becomes what a model sees. It is stored with a model, so that a scan at detection goes
 * through what the training images went through.
 *
 * @param channels names of the channels, in the model's order
 * @param imageSize rows and columns of a model image
 * @param spacing side of a model pixel in millimetres
 * @param axis across which volumes are cut
 * @param lowerPercentile of a channel's intensities in the brain that becomes -1, in [0, 100)
 * @param upperPercentile that becomes 1, in (0, 100]
 * @param minimumBrainFraction slices whose brain covers less of the model image are left out, in
 *     [0, 1); slices without a brain pixel always are
 */
public record Preprocessing(
    List<String> channels,
    int imageSize,
    double spacing,
    Axis axis,
    double lowerPercentile,
    double upperPercentile,
    double minimumBrainFraction) {
  /** What a model sees outside the brain. */
  public static final float BACKGROUND = -1;

  private static final int LARGEST_IMAGE = 8192;

  public Preprocessing {
    if (channels == null
        || channels.isEmpty()
        || channels.stream().anyMatch(Objects::isNull)
        || new HashSet<>(channels).size() < channels.size()) {
      throw new DataException("preprocessing needs channel names, each once, got " + channels);
    }
    channels = List.copyOf(channels);
    if (imageSize < 1 || imageSize > LARGEST_IMAGE) {
      throw new DataException(
          "image size is %d, expected 1 to %d".formatted(imageSize, LARGEST_IMAGE));
    }
    if (!(spacing > 0) || Double.isInfinite(spacing)) {
      throw new DataException("pixel side is %s mm, expected a positive number".formatted(spacing));
    }
    if (axis == null) {
      throw new DataException(
          "preprocessing names no axis; choose one of " + List.of(Axis.values()));
    }
    if (!(lowerPercentile >= 0 && lowerPercentile < upperPercentile && upperPercentile <= 100)) {
      throw new DataException(
          "percentiles are %s and %s, expected 0 ≤ lower < upper ≤ 100"
              .formatted(lowerPercentile, upperPercentile));
    }
    if (!(minimumBrainFraction >= 0 && minimumBrainFraction < 1)) {
      throw new DataException(
          "minimum brain fraction is %s, expected [0, 1)".formatted(minimumBrainFraction));
    }
  }

  /** With percentiles 1 and 99 and every slice that shows brain. */
  public Preprocessing(List<String> channels, int imageSize, double spacing, Axis axis) {
    this(channels, imageSize, spacing, axis, 1, 99, 0);
  }

  /** The same for other channels. */
  public Preprocessing withChannels(List<String> newChannels) {
    return new Preprocessing(
        newChannels,
        imageSize,
        spacing,
        axis,
        lowerPercentile,
        upperPercentile,
        minimumBrainFraction);
  }

  /**
   * Cuts a scan into model images. Each channel of a volume is scaled so that its two percentiles
   * inside the brain become -1 and 1, and clamped. Slices are brought to the model's pixels by area
   * averaging where that shrinks them and by linear interpolation where it enlarges them, over
   * brain voxels only, centred (to half a voxel) on the bounding box of the volume's brain and
   * cropped or padded. Nothing is resampled from slice to slice.
   *
   * @param scan must have the channels, may have more
   * @param brainMask one value per voxel of the scan's grid, not 0 where there is brain; null to
   *     find it ({@link BrainMask#find}). Voxels that are not finite in some channel are never
   *     brain
   * @throws DataException if the scan lacks a channel, the mask does not fit or is empty, or a
   *     channel is constant inside the brain
   */
  public PreparedScan prepare(Scan scan, byte[] brainMask) {
    Scan selected = scan.select(channels);
    Grid grid = scan.grid();
    if (brainMask != null && brainMask.length != grid.size()) {
      throw new DataException(
          "scan %s: brain mask has %d voxels, scan has %s"
              .formatted(scan.name(), brainMask.length, grid));
    }
    byte[] brain = finite(selected, brainMask == null ? BrainMask.find(selected) : brainMask);
    double[] lower = new double[channels.size()];
    double[] upper = new double[channels.size()];
    for (int c = 0; c < lower.length; c++) {
      float[] sorted = sortedInside(selected, c, brain);
      lower[c] = percentile(sorted, lowerPercentile);
      upper[c] = percentile(sorted, upperPercentile);
      if (!(upper[c] > lower[c])) {
        throw new DataException(
            "scan %s, channel %s: constant inside the brain (percentiles %s and %s are both %s)"
                .formatted(
                    scan.name(), channels.get(c), lowerPercentile, upperPercentile, lower[c]));
      }
    }
    SliceFrame frame = SliceFrame.around(grid, brain, this, scan.name());
    List<Integer> kept = new ArrayList<>();
    List<float[]> images = new ArrayList<>();
    List<byte[]> masks = new ArrayList<>();
    List<Double> fractions = new ArrayList<>();
    for (int slice = 0; slice < frame.slices(); slice++) {
      float[] area = frame.toPixels(frame.slice(brain, slice));
      byte[] mask = SliceFrame.atLeastHalf(area);
      double fraction = count(mask) / (double) mask.length;
      if (fraction == 0 || fraction < minimumBrainFraction) {
        continue;
      }
      kept.add(slice);
      masks.add(mask);
      fractions.add(fraction);
      images.add(image(selected, brain, frame, slice, area, mask, lower, upper));
    }
    if (kept.isEmpty()) {
      throw new DataException(
          "scan %s: no %s slice has enough brain for a model image of %d pixels of %s mm"
              .formatted(scan.name(), axis, imageSize, spacing));
    }
    return new PreparedScan(
        this,
        selected,
        brain,
        frame,
        lower,
        upper,
        kept.stream().mapToInt(Integer::intValue).toArray(),
        images.toArray(new float[0][]),
        masks.toArray(new byte[0][]),
        fractions.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** One model image of a scan that has just the channels. */
  float[] image(
      Scan scan,
      byte[] brain,
      SliceFrame frame,
      int slice,
      float[] area,
      byte[] mask,
      double[] lower,
      double[] upper) {
    int pixels = imageSize * imageSize;
    float[] image = new float[channels.size() * pixels];
    Arrays.fill(image, BACKGROUND);
    for (int c = 0; c < channels.size(); c++) {
      double scale = 2 / (upper[c] - lower[c]);
      float[] scaled = frame.scaledSlice(scan, c, brain, slice, lower[c], scale);
      float[] sum = frame.toPixels(scaled);
      for (int p = 0; p < pixels; p++) {
        if (mask[p] != 0) {
          image[c * pixels + p] = Math.min(1, Math.max(-1, sum[p] / area[p]));
        }
      }
    }
    return image;
  }

  private static byte[] finite(Scan scan, byte[] mask) {
    byte[] brain = new byte[mask.length];
    int count = 0;
    for (int v = 0; v < brain.length; v++) {
      boolean inside = mask[v] != 0;
      for (int c = 0; inside && c < scan.channels().size(); c++) {
        inside = Float.isFinite(scan.voxels()[c * brain.length + v]);
      }
      brain[v] = (byte) (inside ? 1 : 0);
      count += brain[v];
    }
    if (count == 0) {
      throw new DataException("scan %s: the brain mask is empty".formatted(scan.name()));
    }
    return brain;
  }

  private static float[] sortedInside(Scan scan, int channel, byte[] brain) {
    float[] inside = new float[count(brain)];
    int at = 0;
    for (int v = 0; v < brain.length; v++) {
      if (brain[v] != 0) {
        inside[at++] = scan.voxels()[channel * brain.length + v];
      }
    }
    Arrays.parallelSort(inside); // of half a million voxels, most of what preparing takes
    return inside;
  }

  /** Linear between the two nearest ranks, as NumPy does by default. */
  private static double percentile(float[] sorted, double percentile) {
    double rank = percentile / 100 * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - (double) sorted[below]);
  }

  private static int count(byte[] mask) {
    int count = 0;
    for (byte b : mask) {
      count += b != 0 ? 1 : 0;
    }
    return count;
  }
}
