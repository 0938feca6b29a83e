package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.address;
import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;
import static dev.hale.engine.kernels.TensorArguments.shape;
import static dev.hale.engine.kernels.TensorArguments.strides;

import dev.hale.engine.kernels.Kernels.NormParameter;
import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The calls of the native group normalisation: what they demand, and how they are told. */
final class GroupNormCall {
  private GroupNormCall() {}

  static void run(KernelCode code, Tensor x, FusedGroupNorm norm, Tensor out) {
    var on = new TensorArguments(code.device());
    check(on, x, norm, out);
    checkPlacement("x", x, out);
    try (KernelCall call = code.begin(x, on.index())) {
      var told = new NativeKernels.hale_group_norm();
      describe(x, norm, told);
      describe(out, told.y());
      told.workspace(call.memory(call.groupNormWorkspace(told)));
      call.normaliseGroups(told);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(norm);
      Reference.reachabilityFence(out);
    }
  }

  static void runBackward(
      KernelCode code,
      Tensor x,
      FusedGroupNorm norm,
      Tensor gradient,
      Tensor out,
      Tensor byParametersOrNull) {
    var on = new TensorArguments(code.device());
    check(on, x, norm, out);
    checkSameType(on, x, "gradient", gradient);
    checkShape("gradient", gradient, x.size(0), x.size(1), x.size(2), x.size(3));
    checkPlacement("gradient", gradient, out);
    refuseSameMemory("out", out, "x", x);
    if (byParametersOrNull != null) {
      checkParameters(on, x, byParametersOrNull);
    }
    try (KernelCall call = code.begin(x, on.index())) {
      var told = new NativeKernels.hale_group_norm_backward();
      NativeKernels.hale_group_norm forward = told.norm();
      describe(x, norm, forward);
      describe(gradient, told.by_y());
      describe(out, told.by_x());
      if (byParametersOrNull != null) {
        told.by_parameters(new FloatPointer(byParametersOrNull.data_ptr()));
      }
      forward.workspace(call.memory(call.groupNormWorkspace(forward)));
      told.workspace(call.memory(call.groupNormBackwardWorkspace(forward)));
      call.normaliseGroupsBackward(told);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(norm);
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(out);
      Reference.reachabilityFence(byParametersOrNull);
    }
  }

  private static void checkParameters(TensorArguments on, Tensor x, Tensor byParameters) {
    String name = "byParameters";
    on.checkPlace(name, byParameters);
    if (byParameters.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException(
          name + " must be float32, is " + byParameters.scalar_type());
    }
    checkShape(name, byParameters, x.size(0), NormParameter.values().length, x.size(1));
    if (!byParameters.is_contiguous()) {
      throw new IllegalArgumentException(
          "%s must be contiguous, has strides %s".formatted(name, strides(byParameters)));
    }
    refuseSameMemory(name, byParameters, "x", x);
  }

  private static void check(TensorArguments on, Tensor x, FusedGroupNorm norm, Tensor out) {
    on.checkPlace("x", x);
    ScalarType type = x.scalar_type().intern();
    if (type != ScalarType.Float && type != ScalarType.BFloat16) {
      throw new IllegalArgumentException("x must be float32 or bfloat16, is " + type);
    }
    if (x.dim() != 4) {
      throw new IllegalArgumentException("x must be [N, C, H, W], is " + shape(x));
    }
    long channels = x.size(1);
    if (channels % norm.groups() != 0) {
      throw new IllegalArgumentException(
          "%d channels do not divide into %d groups".formatted(channels, norm.groups()));
    }
    Objects.requireNonNull(out, "out");
    checkSameType(on, x, "out", out);
    checkShape("out", out, x.size(0), channels, x.size(2), x.size(3));
    checkWritable("out", out);
    Tensor[] byChannel = {norm.weight(), norm.bias()};
    String[] channelNames = {"weight", "bias"};
    for (int i = 0; i < byChannel.length; i++) {
      if (byChannel[i] != null) {
        checkSameType(on, x, channelNames[i], byChannel[i]);
        checkShape(channelNames[i], byChannel[i], channels);
        refuseSameMemory("out", out, channelNames[i], byChannel[i]);
      }
    }
    Tensor[] byImage = {norm.added(), norm.scale(), norm.shift()};
    String[] imageNames = {"added", "scale", "shift"};
    for (int i = 0; i < byImage.length; i++) {
      if (byImage[i] != null) {
        checkSameType(on, x, imageNames[i], byImage[i]);
        checkShape(imageNames[i], byImage[i], x.size(0), channels);
        refuseSameMemory("out", out, imageNames[i], byImage[i]);
      }
    }
  }

  /** The result may lie where the operand does, but then it must lie as that does. */
  private static void checkPlacement(String name, Tensor operand, Tensor out) {
    boolean inPlace = operand.numel() > 0 && address(out) == address(operand);
    for (int axis = 0; inPlace && axis < 4; axis++) {
      if (operand.size(axis) > 1 && operand.stride(axis) != out.stride(axis)) {
        throw new IllegalArgumentException(
            "out lies where %s does, but with other strides: %s has %s, out has %s"
                .formatted(name, name, strides(operand), strides(out)));
      }
    }
  }

  private static void describe(Tensor x, FusedGroupNorm norm, NativeKernels.hale_group_norm told) {
    for (int axis = 0; axis < 4; axis++) {
      told.size(axis, x.size(axis));
    }
    told.groups(norm.groups());
    told.epsilon((float) norm.epsilon());
    told.bfloat16(x.scalar_type().intern() == ScalarType.BFloat16 ? 1 : 0);
    told.silu(norm.silu() ? 1 : 0);
    describe(x, told.x());
    describe(norm.weight(), told.weight());
    describe(norm.bias(), told.bias());
    describe(norm.added(), told.added());
    describe(norm.scale(), told.scale());
    describe(norm.shift(), told.shift());
  }

  private static void checkSameType(TensorArguments on, Tensor x, String name, Tensor tensor) {
    on.checkPlace(name, tensor);
    if (tensor.scalar_type().intern() != x.scalar_type().intern()) {
      throw new IllegalArgumentException(
          "element types differ: x is %s, %s is %s"
              .formatted(x.scalar_type(), name, tensor.scalar_type()));
    }
  }

  /** Of a vector [C], which repeats for all images, the first stride stays 0. */
  private static void describe(Tensor tensor, NativeKernels.hale_storage to) {
    if (tensor == null) {
      return;
    }
    to.data(tensor.data_ptr());
    int missing = tensor.dim() == 1 ? 1 : 0;
    for (int axis = 0; axis < tensor.dim(); axis++) {
      to.stride(axis + missing, tensor.stride(axis));
    }
  }
}
