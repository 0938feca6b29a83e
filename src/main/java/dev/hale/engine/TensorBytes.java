package dev.hale.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Moves bytes between channels and the memory of tensors, without a copy in between. A file is read
 * rather than mapped: a mapped file that somebody shortens meanwhile would take the process down.
 */
final class TensorBytes {
  /** Byte buffers index with an int; and one step should not occupy the disk for too long. */
  private static final int WINDOW = 1 << 26;

  private TensorBytes() {}

  /** An uninitialised contiguous tensor on the CPU; owned by the current scope. */
  static Tensor allocate(ElementType type, long[] shape) {
    return torch.empty(shape, new TensorOptions(type.scalarType()), new MemoryFormatOptional());
  }

  /**
   * Fills a contiguous CPU tensor.
   *
   * @return the CRC-32 of the bytes
   * @throws EOFException if the channel ends before
   */
  static long read(ReadableByteChannel channel, Tensor tensor) throws IOException {
    CRC32 crc = new CRC32();
    long size = tensor.nbytes();
    for (long start = 0; start < size; start += WINDOW) {
      ByteBuffer window = window(tensor, start, Math.min(size, start + WINDOW));
      while (window.hasRemaining()) {
        if (channel.read(window) < 0) {
          throw new EOFException("it ends too early");
        }
      }
      crc.update(window.flip());
    }
    return crc.getValue();
  }

  /** Writes a contiguous CPU tensor. */
  static void write(Tensor tensor, WritableByteChannel channel) throws IOException {
    long size = tensor.nbytes();
    for (long start = 0; start < size; start += WINDOW) {
      ByteBuffer window = window(tensor, start, Math.min(size, start + WINDOW));
      while (window.hasRemaining()) {
        channel.write(window);
      }
    }
  }

  /**
   * Whether a tensor on the CPU holds neither NaN nor an infinity; integer formats have none. On
   * this thread alone: LibTorch's sums wait for all its threads, which takes many times as long
   * where other programs compute, too.
   */
  static boolean finite(Tensor tensor) {
    if (!tensor.is_floating_point()) {
      return true;
    }
    ElementType type = ElementType.of(tensor);
    try (var scope = new Scope()) {
      Tensor plain = tensor.detach().contiguous();
      long size = plain.nbytes();
      for (long start = 0; start < size; start += WINDOW) {
        ByteBuffer window = window(plain, start, Math.min(size, start + WINDOW));
        if (!finite(window.order(ByteOrder.nativeOrder()), type)) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean finite(ByteBuffer numbers, ElementType type) {
    boolean finite = true;
    switch (type) {
      case F64 -> {
        for (DoubleBuffer all = numbers.asDoubleBuffer(); finite && all.hasRemaining(); ) {
          finite = Double.isFinite(all.get());
        }
      }
      case F32 -> {
        for (FloatBuffer all = numbers.asFloatBuffer(); finite && all.hasRemaining(); ) {
          finite = Float.isFinite(all.get());
        }
      }
      case F16 -> finite = finite(numbers.asShortBuffer(), 0x7c00);
      case BF16 -> finite = finite(numbers.asShortBuffer(), 0x7f80);
      default -> throw new IllegalArgumentException(type + " is not a floating-point format");
    }
    return finite;
  }

  /** An exponent of ones alone is that of infinities and NaN. */
  private static boolean finite(ShortBuffer numbers, int exponent) {
    while (numbers.hasRemaining()) {
      if ((numbers.get() & exponent) == exponent) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer window(Tensor tensor, long start, long end) {
    try (Pointer data = tensor.data_ptr();
        BytePointer bytes = new BytePointer(data)) {
      return bytes.position(start).limit(end).asByteBuffer();
    }
  }
}
