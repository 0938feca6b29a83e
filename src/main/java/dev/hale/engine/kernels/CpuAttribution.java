package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.checkImages;
import static dev.hale.engine.kernels.TensorArguments.checkKind;
import static dev.hale.engine.kernels.TensorArguments.checkLength;
import static dev.hale.engine.kernels.TensorArguments.checkLike;
import static dev.hale.engine.kernels.TensorArguments.checkMaskKind;
import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;

import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The calls of the native attribution kernels: what they demand, and how they are told. */
final class CpuAttribution {
  private CpuAttribution() {}

  static void pathPoints(Tensor x, Tensor baseline, float[] alphas, Tensor out) {
    checkImages("x", x);
    checkLike("x", x, "baseline", baseline);
    checkLike("x", x, "out", Objects.requireNonNull(out, "out"));
    checkLength("alpha", alphas.length, x.size(0));
    checkWritable("out", out);
    refuseSameMemory("out", out, "x", x);
    refuseSameMemory("out", out, "baseline", baseline);
    try (var scope = new PointerScope()) {
      var call = new NativeKernels.Path();
      for (int axis = 0; axis < 4; axis++) {
        call.size(axis, x.size(axis));
      }
      describe(x, call.x());
      describe(baseline, call.baseline());
      describe(out, call.out());
      call.alpha(new FloatPointer(alphas));
      NativeKernels.pathPoints(call, torch.get_num_threads());
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(baseline);
      Reference.reachabilityFence(out);
    }
  }

  static void accumulate(Tensor gradient, Tensor x, Tensor baseline, float[] weights, Tensor sum) {
    checkImages("gradient", gradient);
    checkLike("gradient", gradient, "x", x);
    checkLike("gradient", gradient, "baseline", baseline);
    if (x == null && baseline != null) {
      throw new IllegalArgumentException("a baseline without x has no meaning");
    }
    checkLength("weight", weights.length, gradient.size(0));
    checkKind("sum", sum);
    boolean intoOne = sum.dim() == 4 && sum.size(0) == 1;
    checkShape(
        "sum",
        sum,
        intoOne ? 1 : gradient.size(0),
        gradient.size(1),
        gradient.size(2),
        gradient.size(3));
    checkWritable("sum", sum);
    refuseSameMemory("sum", sum, "gradient", gradient);
    refuseSameMemory("sum", sum, "x", x);
    refuseSameMemory("sum", sum, "baseline", baseline);
    try (var scope = new PointerScope()) {
      var call = new NativeKernels.Accumulation();
      for (int axis = 0; axis < 4; axis++) {
        call.size(axis, gradient.size(axis));
      }
      describe(gradient, call.gradient());
      describe(x, call.x());
      describe(baseline, call.baseline());
      describe(sum, call.sum());
      if (intoOne) {
        call.sum().stride(0, 0);
      }
      call.weight(new FloatPointer(weights));
      NativeKernels.accumulate(call, torch.get_num_threads());
    } finally {
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(baseline);
      Reference.reachabilityFence(sum);
    }
  }

  static double[] constrain(
      Tensor attribution, Tensor mask, AttributionPenalty penalty, Tensor derivative) {
    checkImages("attribution", attribution);
    checkLike("attribution", attribution, "mask", mask);
    checkLike("attribution", attribution, "derivative", derivative);
    checkWritable("derivative", derivative);
    refuseSameMemory("derivative", derivative, "mask", mask);
    refuseSameMemory("derivative", derivative, "attribution", attribution);
    try (var scope = new PointerScope()) {
      var call = new NativeKernels.Constraint();
      for (int axis = 0; axis < 4; axis++) {
        call.size(axis, attribution.size(axis));
      }
      describe(attribution, call.attribution());
      describe(mask, call.mask());
      describe(derivative, call.derivative());
      call.scale((float) penalty.scale());
      call.quadratic(penalty.quadratic() ? 1 : 0);
      var values = new double[(int) attribution.size(0)];
      var value = new DoublePointer(values.length);
      call.value(value);
      call.workspace(new BytePointer(NativeKernels.constraintWorkspace(call)));
      NativeKernels.constrain(call, torch.get_num_threads());
      value.get(values);
      return values;
    } finally {
      Reference.reachabilityFence(attribution);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(derivative);
    }
  }

  static void map(Tensor attribution, Tensor mask, AttributionMapOptions options, Tensor out) {
    checkImages("attribution", attribution);
    long[] plane = {attribution.size(0), attribution.size(2), attribution.size(3)};
    checkKind("out", out);
    checkShape("out", out, plane);
    checkWritable("out", out);
    refuseSameMemory("out", out, "attribution", attribution);
    if (mask != null) {
      checkMaskKind("mask", mask);
      checkShape("mask", mask, plane);
      refuseSameMemory("out", out, "mask", mask);
    }
    try (var scope = new PointerScope()) {
      var call = new NativeKernels.AttributionMap();
      for (int axis = 0; axis < 4; axis++) {
        call.size(axis, attribution.size(axis));
      }
      describe(attribution, call.attribution());
      // Planes [N, H, W] have no channel axis; their stride there stays 0.
      call.map().data(out.data_ptr_float());
      call.map().stride(0, out.stride(0)).stride(2, out.stride(1)).stride(3, out.stride(2));
      if (mask != null) {
        call.mask().data(mask.data_ptr());
        call.mask().stride(0, mask.stride(0)).stride(2, mask.stride(1)).stride(3, mask.stride(2));
      }
      call.sigma((float) options.sigma());
      call.positive(options.positive() ? 1 : 0);
      call.normalise(options.normalise() ? 1 : 0);
      call.workspace(new BytePointer(NativeKernels.attributionMapWorkspace(call)));
      NativeKernels.mapAttribution(call, torch.get_num_threads());
    } finally {
      Reference.reachabilityFence(attribution);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(out);
    }
  }

  private static void describe(Tensor tensor, NativeKernels.StridedTensor to) {
    if (tensor == null) {
      return;
    }
    to.data(tensor.data_ptr_float());
    for (int axis = 0; axis < 4; axis++) {
      to.stride(axis, tensor.stride(axis));
    }
  }
}
