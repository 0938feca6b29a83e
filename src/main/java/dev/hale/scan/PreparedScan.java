package dev.hale.scan;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A scan as a model sees it, and the way back to the scan's own grid. S is the image size, C the
 * number of channels. Arrays are shared, not copied.
 */
public final class PreparedScan {
  private static final double DETAIL_LOST = 0.2; // of the 2 that a model's intensities span

  private final Preprocessing preprocessing;
  private final Scan scan;
  private final byte[] brain;
  private final SliceFrame frame;
  private final IntensityScale[] scales; // of the scan's channels
  private final int[] slices;
  private final float[][] images;
  private final byte[][] masks;
  private final double[] brainFractions;

  PreparedScan(
      Preprocessing preprocessing,
      Scan scan,
      byte[] brain,
      SliceFrame frame,
      IntensityScale[] scales,
      int[] slices,
      float[][] images,
      byte[][] masks,
      double[] brainFractions) {
    this.preprocessing = preprocessing;
    this.scan = scan;
    this.brain = brain;
    this.frame = frame;
    this.scales = scales;
    this.slices = slices;
    this.images = images;
    this.masks = masks;
    this.brainFractions = brainFractions;
  }

  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The scan, with those of the model's channels that it has, in the model's order. */
  public Scan scan() {
    return scan;
  }

  /** The brain on the scan's grid, 0 or 1. */
  public byte[] brainMask() {
    return brain;
  }

  /** Number of model images. */
  public int count() {
    return slices.length;
  }

  /** Which slice each image is, counted from Left, Posterior or Inferior; ascending. */
  public int[] slices() {
    return slices;
  }

  /** How many slices on from one its neighbour lies, at least 1; as the preprocessing wants it. */
  public int sliceStep() {
    return frame.step(preprocessing.sliceDistance());
  }

  /**
   * {@code [n][(c * S + j) * S + i]}, c of the model's channels: in [-1, 1] inside the brain, -1
   * outside and all over a channel that the scan lacks.
   */
  public float[][] images() {
    return images;
  }

  /** {@code [n][j * S + i]}: 1 where at least half of the pixel's area is brain, else 0. */
  public byte[][] masks() {
    return masks;
  }

  /** Share of each model image that is brain, in (0, 1]. */
  public double[] brainFractions() {
    return brainFractions;
  }

  /** The intensity that becomes -1, for each channel of the scan. */
  public double[] lower() {
    return Arrays.stream(scales).mapToDouble(IntensityScale::lower).toArray();
  }

  /** The intensity that becomes 1, for each channel of the scan. */
  public double[] upper() {
    return Arrays.stream(scales).mapToDouble(IntensityScale::upper).toArray();
  }

  /** The same scan with only the model images whose index {@code n} the predicate accepts. */
  public PreparedScan keep(IntPredicate accepted) {
    int[] kept = IntStream.range(0, slices.length).filter(accepted).toArray();
    return new PreparedScan(
        preprocessing,
        scan,
        brain,
        frame,
        scales,
        IntStream.of(kept).map(n -> slices[n]).toArray(),
        IntStream.of(kept).mapToObj(n -> images[n]).toArray(float[][]::new),
        IntStream.of(kept).mapToObj(n -> masks[n]).toArray(byte[][]::new),
        IntStream.of(kept).mapToDouble(n -> brainFractions[n]).toArray());
  }

  /**
   * Share of the brain's voxels that no model image shows, because they lie outside its field of
   * view or on slices left out; 0 is what one wants.
   */
  public double unseen() {
    boolean[] kept = new boolean[frame.slices()];
    for (int slice : slices) {
      kept[slice] = true;
    }
    int total = 0;
    int hidden = 0;
    for (int slice = 0; slice < frame.slices(); slice++) {
      for (int r = 0; r < frame.rows(); r++) {
        for (int c = 0; c < frame.columns(); c++) {
          int inside = brain[frame.index(slice, r, c)];
          total += inside;
          hidden += kept[slice] && frame.sees(r, c) ? 0 : inside;
        }
      }
    }
    return hidden / (double) total;
  }

  /**
   * Model images of one channel as a volume on the scan's own grid, by linear interpolation between
   * the centres of pixels that are brain.
   *
   * @param maps {@code [n][j * S + i]}, one per model image
   * @param fill the value outside the brain, outside the model's field of view and on slices left
   *     out
   * @return one value per voxel
   */
  public float[] restore(float[][] maps, float fill) {
    requireShape(maps, 1);
    float[] volume = new float[scan.grid().size()];
    Arrays.fill(volume, fill);
    for (int n = 0; n < slices.length; n++) {
      float[] share = onVoxels(null, 0, masks[n]);
      float[] sum = onVoxels(maps[n], 0, masks[n]);
      for (int at = 0; at < sum.length; at++) {
        int v = frame.index(slices[n], at / frame.columns(), at % frame.columns());
        if (brain[v] != 0 && share[at] > 0) {
          volume[v] = sum[at] / share[at];
        }
      }
    }
    return volume;
  }

  /**
   * Model images, such as reconstructions, as a scan in the intensity units of the input. Where the
   * model has no say (outside the brain and the field of view, slices left out), and where the
   * pixels around a voxel are those of {@link #images}, it is the input: what was not changed keeps
   * its exact value. What is finer in the input than the model's pixels stays where the change is
   * small, and goes by and by as that comes to {@value #DETAIL_LOST}.
   *
   * @param reconstructions {@code [n][(c * S + j) * S + i]} in [-1, 1], one per model image, c of
   *     the model's channels; those that the scan lacks are left out
   */
  public Scan restoreScan(float[][] reconstructions) {
    requireShape(reconstructions, preprocessing.channels().size());
    float[] voxels = scan.voxels().clone();
    for (int n = 0; n < slices.length; n++) {
      float[] share = onVoxels(null, 0, masks[n]);
      for (int c = 0; c < scales.length; c++) {
        restoreSlice(n, c, reconstructions[n], share, voxels);
      }
    }
    return new Scan(scan.name(), scan.channels(), scan.grid(), voxels);
  }

  private void restoreSlice(int n, int channel, float[] made, float[] share, float[] voxels) {
    int pixels = masks[n].length;
    int c = preprocessing.channels().indexOf(scan.channels().get(channel));
    byte[] changed = new byte[pixels];
    boolean any = false;
    for (int p = 0; p < pixels; p++) {
      boolean differs = masks[n][p] != 0 && made[c * pixels + p] != images[n][c * pixels + p];
      changed[p] = (byte) (differs ? 1 : 0);
      any |= differs;
    }
    if (!any) {
      return;
    }
    float[] touched = onVoxels(null, 0, changed);
    float[] after = onVoxels(made, c, masks[n]);
    float[] before = onVoxels(images[n], c, masks[n]);
    IntensityScale scale = scales[channel];
    for (int at = 0; at < touched.length; at++) {
      int v = frame.index(slices[n], at / frame.columns(), at % frame.columns());
      if (brain[v] != 0 && touched[at] > 0) {
        double was = before[at] / share[at];
        double is = after[at] / share[at];
        int voxel = channel * scan.grid().size() + v;
        double detail = scale.value(voxels[voxel]) - was;
        double kept = Math.max(0, 1 - Math.abs(is - was) / DETAIL_LOST);
        voxels[voxel] = (float) scale.intensity(is + kept * detail);
      }
    }
  }

  /**
   * Another scan of the same head as the model would see it in the place of this one: the same
   * slices, the same brain, and the intensities that become -1 and 1 those of this scan. For a
   * healthy image that was made of it, or its healthy twin.
   *
   * @param other on the same grid, with the channels of {@link #scan}, perhaps more; finite inside
   *     the brain
   * @return as {@link #images}
   * @throws DataException where it lies on another grid or lacks a channel
   */
  public float[][] imagesOf(Scan other) {
    other.grid().requireCoincident("scan " + other.name(), scan.grid(), "scan " + scan.name());
    Scan selected = other.select(scan.channels());
    float[][] made = new float[slices.length][];
    for (int n = 0; n < slices.length; n++) {
      float[] area = frame.toPixels(frame.slice(brain, slices[n]));
      made[n] = preprocessing.image(selected, brain, frame, slices[n], area, masks[n], scales);
    }
    return made;
  }

  /**
   * A lesion mask of the scan on the model's slices.
   *
   * @param mask one value per voxel of the scan's grid, not 0 where there is lesion
   */
  public SliceMasks toModel(byte[] mask) {
    if (mask.length != scan.grid().size()) {
      throw new DataException(
          "scan %s: mask has %d voxels, scan has %s"
              .formatted(scan.name(), mask.length, scan.grid()));
    }
    byte[][] onModel = new byte[slices.length][];
    int[] voxels = new int[slices.length];
    for (int n = 0; n < slices.length; n++) {
      float[] slice = frame.slice(mask, slices[n]);
      for (float v : slice) {
        voxels[n] += v != 0 ? 1 : 0;
      }
      onModel[n] = SliceFrame.atLeastHalf(frame.toPixels(slice));
    }
    return new SliceMasks(onModel, voxels);
  }

  /** The pixels of a region, or 1 where there is no image, spread over the voxels of the slice. */
  private float[] onVoxels(float[] image, int channel, byte[] region) {
    float[] pixels = new float[region.length];
    for (int p = 0; p < pixels.length; p++) {
      if (region[p] != 0) {
        pixels[p] = image == null ? 1 : image[channel * pixels.length + p];
      }
    }
    return frame.toVoxels(pixels);
  }

  private void requireShape(float[][] maps, int channels) {
    int pixels = channels * preprocessing.imageSize() * preprocessing.imageSize();
    if (maps.length != slices.length) {
      throw new DataException(
          "scan %s: %d maps for %d model images"
              .formatted(scan.name(), maps.length, slices.length));
    }
    for (float[] map : maps) {
      if (map.length != pixels) {
        throw new DataException(
            "scan %s: a map has %d values, expected %d×%d×%d"
                .formatted(
                    scan.name(),
                    map.length,
                    channels,
                    preprocessing.imageSize(),
                    preprocessing.imageSize()));
      }
    }
  }
}
