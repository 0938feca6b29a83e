package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.evaluation.Thresholds;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What every implementation must compute: the thresholds of plain Java, on random maps. */
abstract class HistogramContract {
  abstract Kernels kernels();

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void thresholdsEqualPlainJava(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Random random = new Random(seed);
      long[] shape = {1 + random.nextInt(3), 1 + random.nextInt(40), 1 + random.nextInt(40)};
      Tensor maps = torch.randn(shape);
      if (random.nextBoolean()) {
        maps = maps.mul(new Scalar(16.0)).round().add(new Scalar(0.0)); // no -0
      }
      if (random.nextBoolean()) {
        maps = maps.transpose(1, 2);
      }
      Tensor mask = torch.rand_like(maps).gt(new Scalar(0.3)).to(ScalarType.Byte);
      mask.select(1, 0).select(1, 0).fill_(new Scalar(1));
      MapHistogram[] histograms = kernels().histograms(maps, mask, 256);
      double[] thresholds = new double[histograms.length];
      for (int n = 0; n < histograms.length; n++) {
        MapHistogram h = histograms[n];
        float[] map = floats(maps.select(0, n));
        byte[] region = bytes(mask.select(0, n));
        thresholds[n] = Thresholds.otsu(h.low(), h.high(), h.counts());
        assertEquals(Thresholds.otsu(map, region), thresholds[n]);
        assertEquals(sorted(map, region).length, h.count());
        long[] ranks = new long[histograms.length];
        ranks[n] = random.nextInt((int) h.count());
        assertEquals(sorted(map, region)[(int) ranks[n]], kernels().select(maps, mask, ranks)[n]);
      }
      Tensor out = torch.empty_like(mask);
      kernels().above(maps, mask, thresholds, out);
      for (int n = 0; n < histograms.length; n++) {
        float[] map = floats(maps.select(0, n));
        byte[] want = Thresholds.above(map, thresholds[n], bytes(mask.select(0, n)));
        assertArrayEquals(want, bytes(out.select(0, n)));
      }
    }
  }

  @Example
  void whatDoesNotFitIsRefused() {
    try (var scope = new PointerScope()) {
      Tensor maps = torch.zeros(1, 4);
      maps.select(1, 2).fill_(new Scalar(Double.NaN));
      refused("1 values of map 0 are not finite", () -> kernels().histograms(maps, null, 8));
      refused(
          "rank 3 of map 0, which has 3 values inside its mask",
          () -> kernels().select(torch.zeros(1, 3), null, new long[] {3}));
      refused(
          "mask must be uint8 (Byte) or Bool, is Float", () -> kernels().histograms(maps, maps, 8));
      refused(
          "out must be [1, 4], is [4]",
          () -> kernels().above(maps, null, new double[1], torch.zeros(4).to(ScalarType.Byte)));
    }
  }

  private static void refused(String message, Runnable call) {
    var error = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, error.getMessage());
  }

  private static float[] sorted(float[] map, byte[] region) {
    float[] inside = new float[map.length];
    int count = 0;
    for (int v = 0; v < map.length; v++) {
      if (region[v] != 0) {
        inside[count++] = map[v];
      }
    }
    float[] values = Arrays.copyOf(inside, count);
    Arrays.sort(values);
    return values;
  }

  private static float[] floats(Tensor tensor) {
    return KernelsContract.values(tensor);
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.numel()];
    Tensor flat = tensor.contiguous();
    new BytePointer(flat.data_ptr()).capacity(bytes.length).get(bytes);
    return bytes;
  }
}
