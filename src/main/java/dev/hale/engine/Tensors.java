package dev.hale.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** The way between Java arrays and LibTorch tensors. */
public final class Tensors {
  private Tensors() {}

  /** Equally long rows as one float32 tensor of the given shape on the CPU; a copy. */
  public static Tensor of(float[][] rows, int from, int to, long... shape) {
    Engine.load();
    Tensor tensor = torch.empty(shape);
    try (FloatPointer data = tensor.data_ptr_float()) {
      FloatBuffer buffer = data.capacity(tensor.numel()).asBuffer();
      for (int i = from; i < to; i++) {
        buffer.put(rows[i]);
      }
    }
    return tensor;
  }

  /** Equally long rows as one uint8 tensor of the given shape on the CPU; a copy. */
  public static Tensor ofBytes(byte[][] rows, long... shape) {
    Engine.load();
    Tensor tensor =
        torch.empty(shape, new TensorOptions(torch.ScalarType.Byte), new MemoryFormatOptional());
    try (BytePointer data = new BytePointer(tensor.data_ptr())) {
      ByteBuffer buffer = data.capacity(tensor.numel()).asBuffer();
      for (byte[] row : rows) {
        buffer.put(row);
      }
    }
    return tensor;
  }

  /** The values of a float32 tensor {@code [N, …]}, a row for each of N, in C order; a copy. */
  public static float[][] rows(Tensor tensor) {
    float[] values = values(tensor);
    float[][] rows = new float[Math.toIntExact(tensor.size(0))][];
    for (int n = 0; n < rows.length; n++) {
      int length = values.length / rows.length;
      rows[n] = Arrays.copyOfRange(values, n * length, (n + 1) * length);
    }
    return rows;
  }

  /** The values of a uint8 tensor {@code [N, …]}, a row for each of N, in C order; a copy. */
  public static byte[][] byteRows(Tensor tensor) {
    try (Scope scope = new Scope()) {
      Tensor plain = tensor.cpu().contiguous();
      int count = Math.toIntExact(plain.size(0));
      byte[][] rows = new byte[count][Math.toIntExact(plain.numel() / Math.max(1, count))];
      try (BytePointer data = new BytePointer(plain.data_ptr())) {
        ByteBuffer buffer = data.capacity(plain.numel()).asBuffer();
        for (byte[] row : rows) {
          buffer.get(row);
        }
      }
      return rows;
    }
  }

  /** The values of a float32 tensor in C order; a copy. */
  public static float[] values(Tensor tensor) {
    try (Scope scope = new Scope()) {
      Tensor plain = tensor.detach().cpu().to(torch.ScalarType.Float).contiguous();
      float[] values = new float[Math.toIntExact(plain.numel())];
      if (values.length > 0) {
        plain.data_ptr_float().get(values);
      }
      return values;
    }
  }
}
