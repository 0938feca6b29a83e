package dev.hale.engine;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
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
