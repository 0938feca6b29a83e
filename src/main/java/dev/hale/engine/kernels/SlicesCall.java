package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;
import static dev.hale.engine.kernels.TensorArguments.shape;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The call of the native preparation of slices: what it demands, and how it is told. */
final class SlicesCall {
  private static final long INTENSITY = Pointer.sizeof(NativeKernels.Intensity.class);

  private SlicesCall() {}

  static void run(
      KernelCode code, Tensor slices, Tensor mask, double[] lower, double[] upper, Tensor out) {
    var on = new TensorArguments(code.device());
    check(on, slices, mask, out);
    checkIntensities(slices, lower, upper);
    try (KernelCall call = code.begin(slices, on.index())) {
      var told = new NativeKernels.Slices();
      for (int axis = 0; axis < 4; axis++) {
        told.size(axis, slices.size(axis));
        told.x().stride(axis, slices.stride(axis));
        told.out().stride(axis, out.stride(axis));
      }
      told.padded(0, out.size(2)).padded(1, out.size(3));
      told.x().data(slices.data_ptr_float());
      told.out().data(out.data_ptr());
      if (mask != null) { // [N, h, w] has no channel axis; its stride there stays 0
        told.mask().data(mask.data_ptr());
        told.mask().stride(0, mask.stride(0)).stride(2, mask.stride(1)).stride(3, mask.stride(2));
      }
      var intensities = new NativeKernels.Intensity(lower.length);
      NativeKernels.intensities(
          new DoublePointer(lower), new DoublePointer(upper), lower.length, intensities);
      told.intensities(
          new NativeKernels.Intensity(call.toProcessor(intensities, lower.length * INTENSITY)));
      told.bfloat16(out.scalar_type().intern() == ScalarType.BFloat16 ? 1 : 0);
      call.prepareSlices(told);
    } finally {
      Reference.reachabilityFence(slices);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(out);
    }
  }

  private static void check(TensorArguments on, Tensor slices, Tensor mask, Tensor out) {
    on.checkImages("slices", slices);
    on.checkPlace("out", out);
    ScalarType type = out.scalar_type().intern();
    if (type != ScalarType.Float && type != ScalarType.BFloat16) {
      throw new IllegalArgumentException(
          "out must be float32 or bfloat16, is " + out.scalar_type());
    }
    if (out.dim() != 4 || out.size(0) != slices.size(0) || out.size(1) != slices.size(1)) {
      throw new IllegalArgumentException(
          "out must be [%d, %d, H, W], is %s"
              .formatted(slices.size(0), slices.size(1), shape(out)));
    }
    if (out.size(2) < slices.size(2) || out.size(3) < slices.size(3)) {
      throw new IllegalArgumentException(
          "out has %d×%d pixels, too few for slices of %d×%d"
              .formatted(out.size(2), out.size(3), slices.size(2), slices.size(3)));
    }
    checkWritable("out", out);
    refuseSameMemory("out", out, "slices", slices);
    if (mask != null) {
      on.checkMaskKind("mask", mask);
      checkShape("mask", mask, slices.size(0), slices.size(2), slices.size(3));
      refuseSameMemory("out", out, "mask", mask);
    }
  }

  private static void checkIntensities(Tensor slices, double[] lower, double[] upper) {
    long channels = slices.size(1);
    if (lower.length != slices.size(0) * channels || upper.length != lower.length) {
      throw new IllegalArgumentException(
          "there must be a lower and an upper intensity for each channel of each image: "
              + "%d and %d for %d images of %d channels"
                  .formatted(lower.length, upper.length, slices.size(0), channels));
    }
    for (int i = 0; i < lower.length; i++) {
      String which = "intensities of image %d, channel %d".formatted(i / channels, i % channels);
      if (!(lower[i] < upper[i])) {
        throw new IllegalArgumentException(
            "%s: upper %s is not above lower %s".formatted(which, upper[i], lower[i]));
      }
      double gain = 2 / (upper[i] - lower[i]);
      if (!(Math.max(-lower[i], upper[i]) <= Float.MAX_VALUE && gain <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "%s: %s to %s is no range of float32".formatted(which, lower[i], upper[i]));
      }
    }
  }
}
