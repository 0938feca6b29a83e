package dev.hale.detection;

import dev.hale.engine.Device;
import dev.hale.engine.Precision;

/**
 * Where and how a detector computes.
 *
 * @param device where
 * @param precision of the networks; images and steps are float32 always, and so are the networks
 *     where bf16 would not be quicker ({@link dev.hale.engine.kernels.Kernels#usable})
 * @param batchSize slices at a time, at least 1; the last batch is filled up with copies, so that a
 *     map's bits depend on this number but not on what else is in a batch
 * @param seed of whatever a method draws at random
 */
public record DetectorOptions(Device device, Precision precision, int batchSize, long seed) {
  private static final int ON_CPU = 4; // few copies to fill the last one
  private static final int ON_GPU = 16; // calls take as long for fewer

  public DetectorOptions {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, is " + batchSize);
    }
  }

  DetectorOptions withPrecision(Precision newPrecision) {
    return new DetectorOptions(device, newPrecision, batchSize, seed);
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
