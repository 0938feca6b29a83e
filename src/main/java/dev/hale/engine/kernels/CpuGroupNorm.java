package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.address;
import static dev.hale.engine.kernels.TensorArguments.checkPlace;
import static dev.hale.engine.kernels.TensorArguments.checkShape;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;
import static dev.hale.engine.kernels.TensorArguments.shape;
import static dev.hale.engine.kernels.TensorArguments.strides;

import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The call of the native group normalisation: what it demands, and how it is told. */
final class CpuGroupNorm {
  private CpuGroupNorm() {}

  static void run(Tensor x, GroupNorm norm, Tensor out) {
    check(x, norm, out);
    try (var scope = new PointerScope()) {
      var call = new NativeKernels.Norm();
      for (int axis = 0; axis < 4; axis++) {
        call.size(axis, x.size(axis));
      }
      call.groups(norm.groups());
      call.epsilon((float) norm.epsilon());
      call.bfloat16(x.scalar_type().intern() == ScalarType.BFloat16 ? 1 : 0);
      call.silu(norm.silu() ? 1 : 0);
      describe(x, call.x());
      describe(out, call.y());
      describe(norm.weight(), call.weight());
      describe(norm.bias(), call.bias());
      describe(norm.added(), call.added());
      describe(norm.scale(), call.scale());
      describe(norm.shift(), call.shift());
      call.workspace(new BytePointer(NativeKernels.groupNormWorkspace(call)));
      NativeKernels.normaliseGroups(call, torch.get_num_threads());
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(norm);
      Reference.reachabilityFence(out);
    }
  }

  private static void check(Tensor x, GroupNorm norm, Tensor out) {
    checkPlace("x", x);
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
    checkSameType(x, "out", out);
    checkShape("out", out, x.size(0), channels, x.size(2), x.size(3));
    checkWritable("out", out);
    boolean inPlace = x.numel() > 0 && address(out) == address(x);
    for (int axis = 0; inPlace && axis < 4; axis++) {
      if (x.size(axis) > 1 && x.stride(axis) != out.stride(axis)) {
        throw new IllegalArgumentException(
            "out lies where x does, but with other strides: x has %s, out has %s"
                .formatted(strides(x), strides(out)));
      }
    }
    Tensor[] byChannel = {norm.weight(), norm.bias()};
    String[] channelNames = {"weight", "bias"};
    for (int i = 0; i < byChannel.length; i++) {
      if (byChannel[i] != null) {
        checkSameType(x, channelNames[i], byChannel[i]);
        checkShape(channelNames[i], byChannel[i], channels);
        refuseSameMemory("out", out, channelNames[i], byChannel[i]);
      }
    }
    Tensor[] byImage = {norm.added(), norm.scale(), norm.shift()};
    String[] imageNames = {"added", "scale", "shift"};
    for (int i = 0; i < byImage.length; i++) {
      if (byImage[i] != null) {
        checkSameType(x, imageNames[i], byImage[i]);
        checkShape(imageNames[i], byImage[i], x.size(0), channels);
        refuseSameMemory("out", out, imageNames[i], byImage[i]);
      }
    }
  }

  private static void checkSameType(Tensor x, String name, Tensor tensor) {
    checkPlace(name, tensor);
    if (tensor.scalar_type().intern() != x.scalar_type().intern()) {
      throw new IllegalArgumentException(
          "element types differ: x is %s, %s is %s"
              .formatted(x.scalar_type(), name, tensor.scalar_type()));
    }
  }

  /** Of a vector [C], which repeats for all images, the first stride stays 0. */
  private static void describe(Tensor tensor, NativeKernels.Storage to) {
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
