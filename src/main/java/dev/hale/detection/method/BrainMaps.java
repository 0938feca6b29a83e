package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.AttributionMapOptions;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Maps of square images that know nothing of what lies outside the brain. */
public final class BrainMaps {
  private BrainMaps() {}

  /**
   * The sum over channels, as the options say.
   *
   * @param features float32 {@code [N, C, S, S]}, on any device that has kernels
   * @param brains {@code [n][j * S + i]}, 0 or 1
   * @return {@code [n][j * S + i]}, 0 outside the brain
   */
  static float[][] of(Tensor features, byte[][] brains, AttributionMapOptions options) {
    try (Scope scope = new Scope();
        Span span = Trace.span("map")) {
      long[] plane = {features.size(0), features.size(2), features.size(3)};
      if (span.isTraced()) {
        long pixels = plane[0] * plane[1] * plane[2];
        span.work(features.numel(), (features.numel() + pixels) * Float.BYTES);
      }
      Tensor inside = Tensors.ofBytes(brains, plane).to(features.device(), ScalarType.Byte);
      Tensor maps = torch.empty(plane).to(features);
      Kernels.of(features.device().type()).attributionMap(features, inside, options, maps);
      return Tensors.rows(maps);
    }
  }

  /**
   * A Gaussian blur that sees only the pixels inside the brains.
   *
   * @param images {@code [n][j * S + i]}
   * @param sigma standard deviation in pixels; 0 returns the images
   * @return weighted mean over the inside, 0 outside
   */
  public static float[][] blur(float[][] images, byte[][] brains, int size, double sigma) {
    if (sigma == 0 || images.length == 0) {
      return images;
    }
    try (Scope scope = new Scope()) {
      int count = images.length;
      return of(
          Tensors.of(images, 0, count, count, 1, size, size),
          brains,
          new AttributionMapOptions(false, sigma, false));
    }
  }
}
