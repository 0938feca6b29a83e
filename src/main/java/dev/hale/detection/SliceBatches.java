package dev.hale.detection;

import dev.hale.detection.method.BrainMaps;
import dev.hale.detection.method.SliceMethod;
import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.detection.method.SliceMethod.SliceMaps;
import dev.hale.engine.Device;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Fills batches with the slices of one scan after the other, in the order in which they are added.
 * Every batch has the same size, the last one filled up with copies of its first slice: how a
 * convolution sums depends on the number of images, and a map's bits must not depend on company.
 * For one thread.
 */
final class SliceBatches {
  private final SliceMethod method;
  private final int size;
  private final Device device;
  private final double smoothing;
  private final Deque<Slices> waiting = new ArrayDeque<>();

  /**
   * Nothing waits yet.
   *
   * @param method that maps; stays the caller's
   * @param size slices in a batch, at least 1
   * @param device of the method: slices go up to it once, maps come down once
   * @param smoothing standard deviation of a Gaussian over the maps, in pixels; 0 for none
   */
  SliceBatches(SliceMethod method, int size, Device device, double smoothing) {
    this.method = method;
    this.size = size;
    this.device = device;
    this.smoothing = smoothing;
  }

  /** The slices of one scan, of which some are taken into batches, and of these some done. */
  static final class Slices {
    private final float[][] images;
    private final byte[][] brains;
    private final long seed;
    private final DetectionProgress progress;
    private final float[][] maps;
    private float[][] healthy;
    private float[][] uncertainty;
    private int taken;
    private int done;
    private Throwable failure;

    /**
     * Slices of a scan.
     *
     * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1]
     * @param brains {@code [n][j * S + i]}, 0 or 1
     * @param seed slice n draws from {@code seed + n}
     */
    Slices(float[][] images, byte[][] brains, long seed, DetectionProgress progress) {
      this.images = images;
      this.brains = brains;
      this.seed = seed;
      this.progress = progress;
      this.maps = new float[images.length][];
    }

    boolean isDone() {
      return failure != null || done == images.length;
    }

    /** The maps of all slices; throws what one failed with. */
    Made made() {
      rethrow(failure);
      if (!isDone()) {
        throw new IllegalStateException("%d of %d slices are done".formatted(done, images.length));
      }
      return new Made(maps, healthy, uncertainty);
    }
  }

  /**
   * What came of slices, in the host's memory.
   *
   * @param maps {@code [n][j * S + i]}, smoothed, at least 0, and 0 outside the brain
   * @param healthy {@code [n][(c * S + j) * S + i]}; null where the method makes none
   * @param uncertainty {@code [n][j * S + i]}; null where the method has none
   */
  record Made(float[][] maps, float[][] healthy, float[][] uncertainty) {}

  /** Slices from {@code from} to {@code to} of a scan. */
  private record Part(Slices of, int from, int to) {
    int size() {
      return to - from;
    }
  }

  void add(Slices slices) {
    waiting.add(slices);
  }

  /**
   * Computes one batch.
   *
   * @param rest whether one that is not full is computed, too
   * @return whether there was one
   */
  boolean compute(boolean rest) {
    int count = waiting.stream().mapToInt(slices -> slices.images.length - slices.taken).sum();
    if (count == 0 || (count < size && !rest)) {
      return false;
    }
    compute(take());
    return true;
  }

  private List<Part> take() {
    List<Part> batch = new ArrayList<>();
    int filled = 0;
    while (filled < size && !waiting.isEmpty()) {
      Slices next = waiting.peek();
      int to = Math.min(next.images.length, next.taken + size - filled);
      if (to > next.taken) { // a scan may have no slices
        batch.add(new Part(next, next.taken, to));
      }
      filled += to - next.taken;
      next.taken = to;
      if (to == next.images.length) {
        waiting.remove();
      }
    }
    return batch;
  }

  /** Where a batch of several scans fails, each is tried alone: it may be the fault of one. */
  private void compute(List<Part> batch) {
    try {
      settle(batch, mapped(batch));
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        Slices failed = batch.get(0).of();
        failed.failure = e;
        waiting.remove(failed);
      } else {
        batch.forEach(part -> compute(List.of(part)));
      }
    }
  }

  private Made mapped(List<Part> parts) {
    float[][] images = new float[size][];
    byte[][] brains = new byte[size][];
    long[] seeds = new long[size];
    int at = 0;
    for (Part part : parts) {
      for (int n = part.from(); n < part.to(); n++, at++) {
        images[at] = part.of().images[n];
        brains[at] = part.of().brains[n];
        seeds[at] = part.of().seed + n;
      }
    }
    Arrays.fill(images, at, size, images[0]);
    Arrays.fill(brains, at, size, brains[0]);
    Arrays.fill(seeds, at, size, seeds[0]);
    try (Scope scope = new Scope()) {
      SliceBatch batch = upload(images, brains, seeds, at);
      SliceMaps made =
          method.maps(
              batch, share -> parts.forEach(part -> tell(part, part.from() + part.size() * share)));
      return new Made(
          Tensors.rows(BrainMaps.blur(made.maps(), batch.brains(), smoothing)),
          made.healthy() == null ? null : Tensors.rows(made.healthy()),
          made.uncertainty() == null ? null : Tensors.rows(made.uncertainty()));
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  private SliceBatch upload(float[][] images, byte[][] brains, long[] seeds, int distinct) {
    int pixels = brains[0].length;
    long side = Math.round(Math.sqrt(pixels));
    return new SliceBatch(
        Tensors.of(images, 0, size, size, images[0].length / pixels, side, side)
            .to(device.torch(), ScalarType.Float),
        Tensors.ofBytes(brains, size, side, side).to(device.torch(), ScalarType.Byte),
        seeds,
        distinct);
  }

  private static void tell(Part part, double done) {
    part.of().progress.onSlices(done, part.of().images.length);
  }

  private static void settle(List<Part> parts, Made made) {
    int at = 0;
    for (Part part : parts) {
      Slices of = part.of();
      System.arraycopy(made.maps(), at, of.maps, part.from(), part.size());
      of.healthy = copy(made.healthy(), at, of.healthy, part);
      of.uncertainty = copy(made.uncertainty(), at, of.uncertainty, part);
      of.done += part.size();
      at += part.size();
    }
  }

  /**
   * A scan's rows of something with these of a batch; null where the method makes no such thing.
   */
  private static float[][] copy(float[][] made, int at, float[][] rows, Part part) {
    if (made == null) {
      return null;
    }
    float[][] all = rows == null ? new float[part.of().images.length][] : rows;
    System.arraycopy(made, at, all, part.from(), part.size());
    return all;
  }

  /** Throws what a scan failed with, if it did. */
  static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
