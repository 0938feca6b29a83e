package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Where in a slice something is to be made new, pixel by pixel.
 *
 * @param inside {@code [j * S + i]}: 1 where, 0 elsewhere; empty where nothing is
 * @param size S
 */
record Gate(byte[] inside, int size) {
  /**
   * The parts of a map above {@code reach} that somewhere exceed {@code seed}, as a threshold with
   * hysteresis finds them (Canny 1986), widened.
   *
   * @param map {@code [j * S + i]}
   * @param brain the gate stays inside
   * @param reach at most {@code seed} counts
   * @param margin pixels by which it is widened, as the radius of a disc
   */
  static Gate grown(float[] map, byte[] brain, double seed, double reach, int margin) {
    int size = (int) Math.sqrt(map.length);
    byte[] grown = new byte[map.length];
    Deque<Integer> edge = new ArrayDeque<>();
    for (int p = 0; p < map.length; p++) {
      if (map[p] > seed && brain[p] != 0) {
        grown[p] = 1;
        edge.add(p);
      }
    }
    while (!edge.isEmpty()) {
      int p = edge.remove();
      for (int j = Math.max(0, p / size - 1); j <= Math.min(size - 1, p / size + 1); j++) {
        for (int i = Math.max(0, p % size - 1); i <= Math.min(size - 1, p % size + 1); i++) {
          int at = j * size + i;
          if (grown[at] == 0 && map[at] > reach && brain[at] != 0) {
            grown[at] = 1;
            edge.add(at);
          }
        }
      }
    }
    return new Gate(widened(grown, brain, size, margin), size);
  }

  private static byte[] widened(byte[] mask, byte[] brain, int size, int radius) {
    byte[] wide = new byte[mask.length];
    for (int p = 0; p < mask.length; p++) {
      if (mask[p] == 0) {
        continue;
      }
      for (int dj = -radius; dj <= radius; dj++) {
        for (int di = -radius; di <= radius; di++) {
          int j = p / size + dj;
          int i = p % size + di;
          boolean near = di * di + dj * dj <= radius * radius;
          if (near && j >= 0 && j < size && i >= 0 && i < size && brain[j * size + i] != 0) {
            wide[j * size + i] = 1;
          }
        }
      }
    }
    return wide;
  }

  /**
   * With what it encloses, by itself or with the brain's edge, as {@link Brightness#filled} finds
   * it: a lesion's core may be as dark as no lesion is, and a brain in a ring of skin is no core.
   *
   * @param brain nothing outside of it joins
   */
  Gate filled(byte[] brain) {
    try (Scope scope = new Scope()) {
      Tensor mask = Tensors.ofBytes(new byte[][] {inside}, 1, 1, size, size).to(ScalarType.Float);
      Tensor outside = Tensors.ofBytes(new byte[][] {brain}, 1, 1, size, size).eq(new Scalar(0));
      float[] filled = Tensors.values(Brightness.filled(mask, outside, 1));
      byte[] gate = new byte[filled.length];
      for (int p = 0; p < gate.length; p++) {
        gate[p] = (byte) (filled[p] * brain[p]);
      }
      return new Gate(gate, size);
    }
  }

  /** As {@code [1, 1, S, S]} float32 on a device, 1 inside and 0 elsewhere. */
  Tensor on(org.bytedeco.pytorch.Device device) {
    return Tensors.ofBytes(new byte[][] {inside}, 1, 1, size, size).to(device, ScalarType.Float);
  }

  boolean isEmpty() {
    for (byte value : inside) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  boolean has(int pixel) {
    return inside[pixel] != 0;
  }

  /** What is inside of either. */
  Gate or(Gate other) {
    byte[] both = inside.clone();
    for (int p = 0; p < both.length; p++) {
      both[p] |= other.inside[p];
    }
    return new Gate(both, size);
  }
}
