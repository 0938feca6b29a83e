package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.checkLength;
import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;

import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;

/** The calls of the native attribution kernels: what they demand, and how they are told. */
final class AttributionCalls {
  private AttributionCalls() {}

  static void pathPoints(KernelCode code, Tensor x, Tensor baseline, float[] alphas, Tensor out) {
    var on = new TensorArguments(code.device());
    on.checkImages("x", x);
    on.checkLike("x", x, "baseline", baseline);
    on.checkLike("x", x, "out", Objects.requireNonNull(out, "out"));
    checkLength("alpha", alphas.length, x.size(0));
    checkWritable("out", out);
    refuseSameMemory("out", out, "x", x);
    refuseSameMemory("out", out, "baseline", baseline);
    try (KernelCall call = code.begin(x, on.index())) {
      var told = new NativeKernels.hale_path();
      for (int axis = 0; axis < 4; axis++) {
        told.size(axis, x.size(axis));
      }
      describe(x, told.x());
      describe(baseline, told.baseline());
      describe(out, told.out());
      told.alpha(floats(call, alphas));
      call.pathPoints(told);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(baseline);
      Reference.reachabilityFence(out);
    }
  }

  static void accumulate(
      KernelCode code, Tensor gradient, Tensor x, Tensor baseline, float[] weights, Tensor sum) {
    var on = new TensorArguments(code.device());
    on.checkImages("gradient", gradient);
    on.checkLike("gradient", gradient, "x", x);
    on.checkLike("gradient", gradient, "baseline", baseline);
    if (x == null && baseline != null) {
      throw new IllegalArgumentException("a baseline without x has no meaning");
    }
    checkLength("weight", weights.length, gradient.size(0));
    on.checkKind("sum", sum);
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
    try (KernelCall call = code.begin(gradient, on.index())) {
      var told = new NativeKernels.hale_accumulation();
      for (int axis = 0; axis < 4; axis++) {
        told.size(axis, gradient.size(axis));
      }
      describe(gradient, told.gradient());
      describe(x, told.x());
      describe(baseline, told.baseline());
      describe(sum, told.sum());
      if (intoOne) {
        told.sum().stride(0, 0);
      }
      told.weight(floats(call, weights));
      call.accumulate(told);
    } finally {
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(baseline);
      Reference.reachabilityFence(sum);
    }
  }

  static double[] constrain(
      KernelCode code,
      Tensor attribution,
      Tensor mask,
      AttributionPenalty penalty,
      Tensor derivative) {
    var on = new TensorArguments(code.device());
    on.checkImages("attribution", attribution);
    on.checkLike("attribution", attribution, "mask", mask);
    on.checkLike("attribution", attribution, "derivative", derivative);
    checkWritable("derivative", derivative);
    refuseSameMemory("derivative", derivative, "mask", mask);
    refuseSameMemory("derivative", derivative, "attribution", attribution);
    try (KernelCall call = code.begin(attribution, on.index())) {
      var told = new NativeKernels.hale_constraint();
      for (int axis = 0; axis < 4; axis++) {
        told.size(axis, attribution.size(axis));
      }
      describe(attribution, told.attribution());
      describe(mask, told.mask());
      describe(derivative, told.derivative());
      told.scale((float) penalty.scale());
      told.cost(penalty.cost().code());
      var values = new double[(int) attribution.size(0)];
      long bytes = (long) values.length * Double.BYTES;
      Pointer value = call.memory(bytes);
      told.value(new DoublePointer(value));
      told.workspace(call.memory(call.constraintWorkspace(told)));
      call.constrain(told);
      var result = new DoublePointer(values.length);
      call.toHost(value, result, bytes);
      result.get(values);
      return values;
    } finally {
      Reference.reachabilityFence(attribution);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(derivative);
    }
  }

  static void map(
      KernelCode code, Tensor attribution, Tensor mask, AttributionMapOptions options, Tensor out) {
    var on = new TensorArguments(code.device());
    on.checkImages("attribution", attribution);
    long[] plane = {attribution.size(0), attribution.size(2), attribution.size(3)};
    on.checkKind("out", out);
    checkShape("out", out, plane);
    checkWritable("out", out);
    refuseSameMemory("out", out, "attribution", attribution);
    if (mask != null) {
      on.checkMaskKind("mask", mask);
      checkShape("mask", mask, plane);
      refuseSameMemory("out", out, "mask", mask);
    }
    try (KernelCall call = code.begin(attribution, on.index())) {
      var told = new NativeKernels.hale_attribution_map();
      for (int axis = 0; axis < 4; axis++) {
        told.size(axis, attribution.size(axis));
      }
      describe(attribution, told.attribution());
      // Planes [N, H, W] have no channel axis; their stride there stays 0.
      told.map().data(out.data_ptr_float());
      told.map().stride(0, out.stride(0)).stride(2, out.stride(1)).stride(3, out.stride(2));
      if (mask != null) {
        told.mask().data(new BytePointer(mask.data_ptr()));
        told.mask().stride(0, mask.stride(0)).stride(2, mask.stride(1)).stride(3, mask.stride(2));
      }
      told.sigma((float) options.sigma());
      told.positive(options.positive() ? 1 : 0);
      told.normalise(options.normalise() ? 1 : 0);
      told.workspace(call.memory(NativeKernels.hale_attribution_map_workspace(told)));
      call.mapAttribution(told);
    } finally {
      Reference.reachabilityFence(attribution);
      Reference.reachabilityFence(mask);
      Reference.reachabilityFence(out);
    }
  }

  private static FloatPointer floats(KernelCall call, float[] values) {
    long bytes = (long) values.length * Float.BYTES;
    return new FloatPointer(call.toProcessor(new FloatPointer(values), bytes));
  }

  private static void describe(Tensor tensor, NativeKernels.hale_tensor to) {
    if (tensor == null) {
      return;
    }
    to.data(tensor.data_ptr_float());
    for (int axis = 0; axis < 4; axis++) {
      to.stride(axis, tensor.stride(axis));
    }
  }
}
