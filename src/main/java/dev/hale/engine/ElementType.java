package dev.hale.engine;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number formats of model files: the name in safetensors, the storage class in PyTorch. */
enum ElementType {
  F64(8, ScalarType.Double, "DoubleStorage"),
  F32(4, ScalarType.Float, "FloatStorage"),
  F16(2, ScalarType.Half, "HalfStorage"),
  BF16(2, ScalarType.BFloat16, "BFloat16Storage"),
  I64(8, ScalarType.Long, "LongStorage"),
  I32(4, ScalarType.Int, "IntStorage"),
  I16(2, ScalarType.Short, "ShortStorage"),
  I8(1, ScalarType.Char, "CharStorage"),
  U8(1, ScalarType.Byte, "ByteStorage"),
  BOOL(1, ScalarType.Bool, "BoolStorage");

  private static final int MAX_RANK = 64;

  private final int bytes;
  private final ScalarType scalarType;
  private final String torchStorage;

  ElementType(int bytes, ScalarType scalarType, String torchStorage) {
    this.bytes = bytes;
    this.scalarType = scalarType;
    this.torchStorage = torchStorage;
  }

  int bytes() {
    return bytes;
  }

  ScalarType scalarType() {
    return scalarType;
  }

  static Optional<ElementType> ofName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  static Optional<ElementType> ofTorchStorage(String className) {
    return Arrays.stream(values()).filter(type -> type.torchStorage.equals(className)).findFirst();
  }

  /**
   * The format of a tensor.
   *
   * @throws CheckpointException if model files have no such format
   */
  static ElementType of(Tensor tensor) {
    ScalarType scalarType = tensor.scalar_type().intern();
    return Arrays.stream(values())
        .filter(type -> type.scalarType == scalarType)
        .findFirst()
        .orElseThrow(
            () -> new CheckpointException("tensors of %s cannot be stored".formatted(scalarType)));
  }

  /**
   * How many numbers a tensor of that shape holds.
   *
   * @throws CheckpointException if a size is negative, there are more than 64 of them, or their
   *     product in bytes overflows (counting the zeros as ones, as LibTorch's strides do)
   */
  long count(long[] shape) {
    if (shape.length > MAX_RANK) {
      throw new CheckpointException("a shape has %d dimensions".formatted(shape.length));
    }
    long span = bytes;
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new CheckpointException("a shape is negative: " + Arrays.toString(shape));
      }
      empty |= size == 0;
      try {
        span = Math.multiplyExact(span, Math.max(size, 1));
      } catch (ArithmeticException e) {
        throw new CheckpointException("a shape is too large: " + Arrays.toString(shape), e);
      }
    }
    return empty ? 0 : span / bytes;
  }
}
