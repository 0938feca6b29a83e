package dev.hale.detection;

import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Precision;
import java.io.Serializable;
import java.util.OptionalLong;

/**
 * Where and how a detector computes. Nothing of it is set for the process: not a number of threads,
 * not a seed.
 *
 * @param device where
 * @param precision of the networks; images and steps are float32 always, and so are the networks
 *     where bf16 would not be quicker ({@link dev.hale.engine.kernels.Kernels#usable})
 * @param batchSize slices at a time, at least 1; the last batch is filled up with copies, so that a
 *     map's bits depend on this number but not on what else is in a batch
 * @param seed of whatever a method draws at random
 * @param workers batches computed side by side, each by a thread of its own with its share of
 *     LibTorch's threads; at least 0, 0 for one on a GPU and, on a CPU, as many as LibTorch has
 *     threads, with one each, or fewer where memory is short. No map depends on how many there are,
 *     but its last bits on the threads of each
 * @param threads of LibTorch that all workers have together, on the CPU; at least 0, 0 for as many
 *     as the thread that opens the detector has, which is every processor unless {@link
 *     dev.hale.engine.Engine#setThreads} said otherwise
 */
public record DetectorOptions(
    Device device, Precision precision, int batchSize, long seed, int workers, int threads)
    implements Serializable {
  private static final int ON_CPU = 4; // few copies to fill the last one, enough for full speed
  private static final int ON_GPU = 16; // calls take as long for fewer

  public DetectorOptions {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, is " + batchSize);
    }
    if (workers < 0) {
      throw new IllegalArgumentException("workers must be at least 0, is " + workers);
    }
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0, are " + threads);
    }
  }

  /** With as many threads as there are for whoever opens the detector. */
  public DetectorOptions(
      Device device, Precision precision, int batchSize, long seed, int workers) {
    this(device, precision, batchSize, seed, workers, 0);
  }

  /** With as many workers as suit the device. */
  public DetectorOptions(Device device, Precision precision, int batchSize, long seed) {
    this(device, precision, batchSize, seed, 0, 0);
  }

  /** The same with the networks in another precision. */
  public DetectorOptions withPrecision(Precision newPrecision) {
    return new DetectorOptions(device, newPrecision, batchSize, seed, workers, threads);
  }

  /** The same with that many workers. */
  public DetectorOptions withWorkers(int newWorkers) {
    return new DetectorOptions(device, precision, batchSize, seed, newWorkers, threads);
  }

  /** The same with that many of LibTorch's threads for all workers together. */
  public DetectorOptions withThreads(int newThreads) {
    return new DetectorOptions(device, precision, batchSize, seed, workers, newThreads);
  }

  /**
   * The threads of its workers.
   *
   * @param available bytes of memory that could still be taken; empty where nobody knows
   * @param each bytes that a worker takes; 0 where nobody knows
   */
  ComputeThreads computeThreads(OptionalLong available, long each) {
    int all = threads == 0 ? Engine.threads() : threads;
    if (workers > 0 || device.isCuda()) {
      return ComputeThreads.of(Math.max(1, workers), all);
    }
    return ComputeThreads.ofOneThread(fitting(all, available, each));
  }

  /** So many, but no more than half of the memory holds, and one at least; scans need some, too. */
  static int fitting(int most, OptionalLong available, long each) {
    if (available.isEmpty() || each == 0) {
      return most;
    }
    return (int) Math.max(1, Math.min(most, available.getAsLong() / 2 / each));
  }

  /** CPU, otherwise as {@link #on}. */
  public static DetectorOptions defaults() {
    return on(Device.CPU);
  }

  /** That device, float32, 4 slices at a time or on a GPU 16, seed 1. */
  public static DetectorOptions on(Device device) {
    return new DetectorOptions(device, Precision.FLOAT32, device.isCuda() ? ON_GPU : ON_CPU, 1);
  }
}
