package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionMapOptions;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Maps of square images that know nothing of what lies outside the brain, on any device. */
public final class BrainMaps {
  private BrainMaps() {}

  /**
   * The sum over channels, as the options say.
   *
   * @param features {@code [N, C, S, S]} float32
   * @param brains {@code [N, S, S]} uint8, 0 or 1
   * @return {@code [N, S, S]}, 0 outside the brain, owned by the enclosing scope
   */
  static Tensor of(Tensor features, Tensor brains, AttributionMapOptions options) {
    try (Scope scope = new Scope();
        Span span = Trace.span("map")) {
      long[] plane = {features.size(0), features.size(2), features.size(3)};
      if (span.isTraced()) {
        long pixels = plane[0] * plane[1] * plane[2];
        span.work(features.numel(), (features.numel() + pixels) * Float.BYTES);
      }
      Tensor maps = torch.empty(plane).to(features);
      Kernels.of(features.device().type()).attributionMap(features, brains, options, maps);
      return scope.keep(maps);
    }
  }

  /**
   * A Gaussian blur that sees only the pixels inside the brains.
   *
   * @param maps {@code [N, S, S]} float32
   * @param brains {@code [N, S, S]} uint8, 0 or 1
   * @param sigma standard deviation in pixels; 0 returns the maps
   * @return weighted mean over the inside, 0 outside, owned by the enclosing scope
   */
  public static Tensor blur(Tensor maps, Tensor brains, double sigma) {
    return sigma == 0
        ? maps
        : of(maps.unsqueeze(1), brains, new AttributionMapOptions(false, sigma, false));
  }

  /**
   * The maps inside the brains, 0 outside.
   *
   * @param maps {@code [N, S, S]}
   * @param brains {@code [N, S, S]} uint8, 0 or 1
   */
  static Tensor inside(Tensor maps, Tensor brains) {
    return maps.masked_fill(brains.eq(new Scalar(0)), new Scalar(0));
  }

  /** first^(1 − weight) · second^weight, pixel by pixel, in double precision. */
  static Tensor geometricMean(Tensor first, Tensor second, double weight) {
    return first
        .to(torch.ScalarType.Double)
        .pow(new Scalar(1 - weight))
        .mul(second.to(torch.ScalarType.Double).pow(new Scalar(weight)))
        .to(torch.ScalarType.Float);
  }
}
