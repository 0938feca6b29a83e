package dev.hale.engine.kernels;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What every kernel demands of the tensors that it is given. The native code trusts its arguments,
 * so that everything that could make it read or write a wrong place is refused here.
 */
final class TensorArguments {
  private final DeviceType device;
  private String firstName;
  private int place;

  /** For one call of kernels on {@code device}. */
  TensorArguments(DeviceType device) {
    this.device = device;
  }

  /** Which of the devices of this kind the tensors are on. */
  int index() {
    return place;
  }

  void checkKind(String name, Tensor tensor) {
    checkPlace(name, tensor);
    if (tensor.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException(
          "%s must be float32 (Float), is %s".formatted(name, tensor.scalar_type()));
    }
  }

  /** Masks are bytes, 0 for false. */
  void checkMaskKind(String name, Tensor tensor) {
    checkPlace(name, tensor);
    ScalarType type = tensor.scalar_type().intern();
    if (type != ScalarType.Byte && type != ScalarType.Bool) {
      throw new IllegalArgumentException(
          "%s must be uint8 (Byte) or Bool, is %s".formatted(name, tensor.scalar_type()));
    }
  }

  void checkPlace(String name, Tensor tensor) {
    Objects.requireNonNull(tensor, name);
    if (!tensor.defined()) {
      throw new IllegalArgumentException(name + " is an undefined tensor");
    }
    if (!(device == DeviceType.CPU ? tensor.is_cpu() : tensor.is_cuda())) {
      throw new IllegalArgumentException(
          "%s must be on the %s, as these kernels are, is on %s"
              .formatted(name, device, tensor.device().str().getString()));
    }
    int index = device == DeviceType.CPU ? 0 : indexOf(tensor);
    if (firstName == null) {
      firstName = name;
      place = index;
    } else if (index != place) {
      throw new IllegalArgumentException(
          "devices differ: %s is on cuda:%d, %s is on cuda:%d"
              .formatted(firstName, place, name, index));
    }
  }

  private static int indexOf(Tensor tensor) {
    try (Device on = tensor.device()) {
      return on.index();
    }
  }

  /** An image batch, float32. */
  void checkImages(String name, Tensor tensor) {
    checkKind(name, tensor);
    if (tensor.dim() != 4) {
      throw new IllegalArgumentException(name + " must be [N, C, H, W], is " + shape(tensor));
    }
  }

  static void checkShape(String name, Tensor tensor, long... wanted) {
    boolean same = tensor.dim() == wanted.length;
    for (int axis = 0; same && axis < wanted.length; axis++) {
      same = tensor.size(axis) == wanted[axis];
    }
    if (!same) {
      throw new IllegalArgumentException(
          "%s must be %s, is %s".formatted(name, Arrays.toString(wanted), shape(tensor)));
    }
  }

  static void checkLength(String name, int length, long wanted) {
    if (length != wanted) {
      throw new IllegalArgumentException(
          "there must be one of %s for each image: %d for %d images"
              .formatted(name, length, wanted));
    }
  }

  /** An absent tensor fits. */
  void checkLike(String modelName, Tensor model, String name, Tensor tensor) {
    if (tensor == null) {
      return;
    }
    checkKind(name, tensor);
    boolean same = tensor.dim() == 4;
    for (int axis = 0; same && axis < 4; axis++) {
      same = tensor.size(axis) == model.size(axis);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "shapes differ: %s is %s, %s is %s"
              .formatted(modelName, shape(model), name, shape(tensor)));
    }
  }

  /**
   * Elements of a result must not share memory with one another, as those of an expanded view do.
   */
  static void checkWritable(String name, Tensor tensor) {
    for (int axis = 0; tensor != null && axis < tensor.dim(); axis++) {
      if (tensor.size(axis) > 1 && tensor.stride(axis) == 0) {
        throw new IllegalArgumentException(
            "%s is written, so it cannot be an expanded view: %s with strides %s"
                .formatted(name, shape(tensor), strides(tensor)));
      }
    }
  }

  static void refuseSameMemory(String name, Tensor a, String otherName, Tensor b) {
    if (a != null && b != null && a.numel() > 0 && address(a) == address(b)) {
      throw new IllegalArgumentException(
          "%s is written and shares its memory with %s".formatted(name, otherName));
    }
  }

  static long address(Tensor tensor) {
    return tensor.data_ptr().address();
  }

  static String shape(Tensor tensor) {
    return list(tensor, tensor::size);
  }

  static String strides(Tensor tensor) {
    return list(tensor, tensor::stride);
  }

  static String list(Tensor tensor, IntToLongFunction along) {
    return Arrays.toString(IntStream.range(0, (int) tensor.dim()).mapToLong(along).toArray());
  }
}
