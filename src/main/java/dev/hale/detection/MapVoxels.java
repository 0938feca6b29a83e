package dev.hale.detection;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.MapHistogram;
import dev.hale.evaluation.Quantile;
import dev.hale.evaluation.Thresholds;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The voxels of a map that lie in the brain: what {@link Thresholds} says of them, by native
 * kernels that neither gather nor sort them.
 */
final class MapVoxels implements AutoCloseable {
  private static final int BINS = 256;

  private final Scope scope = new Scope();
  private final Kernels kernels = Kernels.of(Device.CPU);
  private final Tensor map;
  private final Tensor brain;
  private final MapHistogram histogram;

  /**
   * A copy of a map.
   *
   * @param map {@code [v]}, finite
   * @param brain {@code [v]}, 0 outside
   * @throws IllegalArgumentException where a value in the brain is not finite
   */
  MapVoxels(float[] map, byte[] brain) {
    try {
      this.map = Tensors.of(new float[][] {map}, 0, 1, 1, map.length);
      this.brain = Tensors.ofBytes(new byte[][] {brain}, 1, brain.length);
      histogram = kernels.histograms(this.map, this.brain, BINS)[0];
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** As {@link Thresholds#otsu(float[], byte[])}. */
  double otsu() {
    return Thresholds.otsu(histogram.low(), histogram.high(), histogram.counts());
  }

  /** As {@link Thresholds#percentile}. */
  double percentile(double percent) {
    if (histogram.count() == 0) {
      return Double.NaN;
    }
    double position = percent / 100 * (histogram.count() - 1);
    long below = (long) position;
    long above = Math.min(below + 1, histogram.count() - 1);
    long length = map.size(1);
    float[] neighbours =
        kernels.select(map.expand(2, length), brain.expand(2, length), new long[] {below, above});
    return Quantile.of(new double[] {neighbours[0], neighbours[1]}, position - below);
  }

  /** As {@link Thresholds#above}. */
  byte[] above(double threshold) {
    try (Scope local = new Scope()) {
      Tensor mask = torch.empty_like(brain);
      kernels.above(map, brain, new double[] {threshold}, mask);
      byte[] values = new byte[Math.toIntExact(mask.numel())];
      new BytePointer(mask.data_ptr()).get(values);
      return values;
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
