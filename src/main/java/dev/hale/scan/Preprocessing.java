package dev.hale.scan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
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
 * @param optionalChannels those of them that a scan may lack: the model then sees {@link
 *     #BACKGROUND} all over them, as it did in training
 * @param normalisation how intensities become values; {@link Normalisation#PERCENTILES} where
 *     nothing says otherwise
 * @param sliceDistance how far apart, in millimetres, slices lie that count as neighbours, for
 *     scans with slices of different thickness; 0, also where nothing is said, for the very next
 *     ones
 */
public record Preprocessing(
    List<String> channels,
    int imageSize,
    double spacing,
    Axis axis,
    double lowerPercentile,
    double upperPercentile,
    double minimumBrainFraction,
    @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<String> optionalChannels,
    @JsonSetter(nulls = Nulls.AS_EMPTY)
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Normalisation.Unsaid.class)
        Normalisation normalisation,
    @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        double sliceDistance) {
  /** What a model sees outside the brain, and all over a channel that a scan lacks. */
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
    optionalChannels = List.copyOf(optionalChannels);
    new WantedChannels(channels, optionalChannels);
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
    if (!(sliceDistance >= 0) || Double.isInfinite(sliceDistance)) {
      throw new DataException(
          "slice distance is %s mm, expected 0 or a positive number".formatted(sliceDistance));
    }
  }

  /** With percentiles 1 and 99 and every slice that shows brain. */
  public Preprocessing(List<String> channels, int imageSize, double spacing, Axis axis) {
    this(channels, imageSize, spacing, axis, 1, 99, 0);
  }

  /** All channels needed, scaled by the percentiles alone. */
  public Preprocessing(
      List<String> channels,
      int imageSize,
      double spacing,
      Axis axis,
      double lowerPercentile,
      double upperPercentile,
      double minimumBrainFraction) {
    this(
        channels,
        imageSize,
        spacing,
        axis,
        lowerPercentile,
        upperPercentile,
        minimumBrainFraction,
        List.of(),
        Normalisation.PERCENTILES,
        0);
  }

  /** The same with one channel more, which every image has. */
  public Preprocessing withChannel(String name) {
    List<String> more = new ArrayList<>(channels);
    more.add(name);
    return new Preprocessing(
        more,
        imageSize,
        spacing,
        axis,
        lowerPercentile,
        upperPercentile,
        minimumBrainFraction,
        optionalChannels,
        normalisation,
        sliceDistance);
  }

  /** The channels, and which of them a scan may lack. */
  public WantedChannels wanted() {
    return new WantedChannels(channels, optionalChannels);
  }

  /**
   * Cuts a scan into model images. Each channel of a volume is scaled by its intensities inside the
   * brain and clamped to [-1, 1]. Slices are brought to the model's pixels by area averaging where
   * that shrinks them and by linear interpolation where it enlarges them, over brain voxels only,
   * centred (to half a voxel) on the bounding box of the volume's brain and cropped or padded.
   * Nothing is resampled from slice to slice.
   *
   * @param scan must have the channels but the optional ones, may have more
   * @param brainMask one value per voxel of the scan's grid, not 0 where there is brain; null to
   *     find it ({@link BrainMask#find}). Voxels that are not finite in some channel are never
   *     brain
   * @throws DataException if the scan lacks a channel, the mask does not fit or is empty, or a
   *     channel is constant inside the brain
   */
  public PreparedScan prepare(Scan scan, byte[] brainMask) {
    Scan selected = wanted().of(scan);
    Grid grid = scan.grid();
    if (brainMask != null && brainMask.length != grid.size()) {
      throw new DataException(
          "scan %s: brain mask has %d voxels, scan has %s"
              .formatted(scan.name(), brainMask.length, grid));
    }
    byte[] brain =
        BrainMask.finite(selected, brainMask == null ? BrainMask.find(selected) : brainMask);
    IntensityScale[] scales = new IntensityScale[selected.channels().size()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale(selected, c, brain);
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
      images.add(image(selected, brain, frame, slice, area, mask, scales));
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
        scales,
        kept.stream().mapToInt(Integer::intValue).toArray(),
        images.toArray(new float[0][]),
        masks.toArray(new byte[0][]),
        fractions.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private IntensityScale scale(Scan scan, int channel, byte[] brain) {
    float[] sorted = sortedInside(scan, channel, brain);
    double lower = Normalisation.percentile(sorted, lowerPercentile);
    double upper = Normalisation.percentile(sorted, upperPercentile);
    String what = "scan %s, channel %s".formatted(scan.name(), scan.channels().get(channel));
    if (!(upper > lower)) {
      throw new DataException(
          "%s: constant inside the brain (percentiles %s and %s are both %s)"
              .formatted(what, lowerPercentile, upperPercentile, lower));
    }
    try {
      return normalisation.scale(sorted, lower, upper);
    } catch (DataException e) {
      throw new DataException(what + ": " + e.getMessage(), e);
    }
  }

  /** One model image of a scan that has no channel but those of the model. */
  float[] image(
      Scan scan,
      byte[] brain,
      SliceFrame frame,
      int slice,
      float[] area,
      byte[] mask,
      IntensityScale[] scales) {
    int pixels = imageSize * imageSize;
    float[] image = new float[channels.size() * pixels];
    Arrays.fill(image, BACKGROUND);
    for (int there = 0; there < scales.length; there++) {
      int c = channels.indexOf(scan.channels().get(there));
      float[] sum = frame.toPixels(frame.scaledSlice(scan, there, brain, slice, scales[there]));
      for (int p = 0; p < pixels; p++) {
        if (mask[p] != 0) {
          image[c * pixels + p] = Math.min(1, Math.max(-1, sum[p] / area[p]));
        }
      }
    }
    return image;
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

  private static int count(byte[] mask) {
    int count = 0;
    for (byte b : mask) {
      count += b != 0 ? 1 : 0;
    }
    return count;
  }
}
