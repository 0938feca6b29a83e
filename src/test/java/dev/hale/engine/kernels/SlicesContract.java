package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.Axis;
import dev.hale.scan.Grid;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What every implementation must compute: plain Java's and LibTorch's images of random slices. */
abstract class SlicesContract {
  /** Of float32: 4 roundings of a result that is at most 1. */
  private static final double TOLERANCE = 4 * 0x1p-24;

  abstract Kernels kernels();

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void imagesEqualPlainJavaInDoublePrecision(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      SlicesCase given = new SlicesCase(seed);
      Tensor out = given.out(ScalarType.Float);
      given.run(kernels(), out);
      assertArrayEquals(given.plainJava(), KernelsContract.values(out), (float) TOLERANCE);
    }
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void imagesEqualAChainOfLibTorchOperations(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      SlicesCase given = new SlicesCase(seed);
      Tensor out = given.out(ScalarType.Float);
      given.run(kernels(), out);
      Tensor want = given.libTorch();
      double error = out.to(ScalarType.Double).sub(want).abs().max().item_double();
      assertTrue(error <= TOLERANCE, "error " + error);
      // To bfloat16 as LibTorch rounds.
      Tensor half = given.out(ScalarType.BFloat16);
      given.run(kernels(), half);
      assertTrue(half.equal(out.to(ScalarType.BFloat16)));
    }
  }

  @Example
  void aScanThatNeedsNoResamplingBecomesWhatPreprocessingMakesOfIt() {
    try (var scope = new PointerScope()) {
      Random random = new Random(5);
      Grid grid = Grid.ofSpacing(12, 14, 3, 1, 1, 1);
      float[] voxels = new float[2 * grid.size()];
      byte[] brain = new byte[grid.size()];
      for (int v = 0; v < voxels.length; v++) {
        voxels[v] = 1000 + 300 * random.nextFloat();
        brain[v % brain.length] = (byte) random.nextInt(2);
      }
      brain[0] = 1; // the brain's bounding box is the grid
      brain[brain.length - 1] = 1;
      PreparedScan prepared =
          new Preprocessing(List.of("FLAIR", "T1"), 20, 1, Axis.AXIAL, 5, 95, 0)
              .prepare(new Scan("s", List.of("FLAIR", "T1"), grid, voxels), brain);
      Tensor slices = torch.tensor(voxels).view(2, 3, 14, 12).transpose(0, 1);
      Tensor mask = torch.tensor(brain).view(3, 14, 12).to(ScalarType.Byte);
      Tensor out = Layout.CHANNELS_LAST.empty(3, 2, 20, 20);
      double[] lower = new double[6];
      double[] upper = new double[6];
      for (int i = 0; i < 6; i++) {
        lower[i] = prepared.lower()[i % 2];
        upper[i] = prepared.upper()[i % 2];
      }
      kernels().prepareSlices(slices, mask, lower, upper, out);
      for (int n = 0; n < 3; n++) {
        float[] image = KernelsContract.values(out.select(0, n));
        assertArrayEquals(prepared.images()[n], image, (float) TOLERANCE);
      }
    }
  }

  @Example
  void whatIsPreparedAlreadyKeepsItsBits() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.rand(2, 4, 9, 7).mul(new Scalar(2.0)).sub(new Scalar(1.0));
      x.select(1, 0).mul_(new Scalar(1e-12));
      Tensor out = torch.empty_like(x).contiguous(MemoryFormat.ChannelsLast);
      double[] one = new double[8];
      Arrays.fill(one, 1);
      double[] minusOne = Arrays.stream(one).map(v -> -v).toArray();
      kernels().prepareSlices(x, null, minusOne, one, out);
      assertTrue(out.equal(x));
    }
  }

  @Example
  void notANumberStaysOneInsideTheMaskAlone() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.full(new long[] {1, 1, 1, 2}, new Scalar(Float.NaN));
      Tensor mask = torch.tensor(new byte[] {1, 0}).view(1, 1, 2).to(ScalarType.Byte);
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16)) {
        Tensor out = torch.zeros(1, 1, 3, 3).to(type);
        kernels().prepareSlices(x, mask, new double[] {0}, new double[] {1}, out);
        float[] values = KernelsContract.values(out.to(ScalarType.Float));
        // Of two rows of padding one comes before, of one column none.
        assertArrayEquals(new float[] {-1, -1, -1, Float.NaN, -1, -1, -1, -1, -1}, values);
      }
    }
  }

  @Example
  void whatDoesNotFitIsRefused() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.zeros(2, 1, 3, 4);
      Tensor out = torch.empty(2, 1, 5, 5);
      double[] low = {0, 0};
      double[] high = {1, 1};
      refused("slices must be [N, C, H, W], is [3, 4]", torch.zeros(3, 4), null, low, high, out);
      refused(
          "out must be float32 or bfloat16, is Double",
          x,
          null,
          low,
          high,
          out.to(ScalarType.Double));
      refused(
          "out must be [2, 1, H, W], is [2, 2, 5, 5]", x, null, low, high, torch.zeros(2, 2, 5, 5));
      refused(
          "out has 5×3 pixels, too few for slices of 3×4",
          x,
          null,
          low,
          high,
          torch.zeros(2, 1, 5, 3));
      refused("out is written and shares its memory with slices", x, null, low, high, x);
      refused(
          "out is written, so it cannot be an expanded view: [2, 1, 5, 5] with strides [0, 25, 5, 1]",
          x,
          null,
          low,
          high,
          torch.zeros(1, 1, 5, 5).expand(2, 1, 5, 5));
      refused(
          "mask must be [2, 3, 4], is [2, 4, 3]",
          x,
          torch.zeros(2, 4, 3).to(ScalarType.Byte),
          low,
          high,
          out);
      refused("mask must be uint8 (Byte) or Bool, is Float", x, x, low, high, out);
      refused(
          "there must be a lower and an upper intensity for each channel of each image: "
              + "2 and 1 for 2 images of 1 channels",
          x,
          null,
          low,
          new double[1],
          out);
      refused(
          "intensities of image 1, channel 0: upper 0.0 is not above lower 0.0",
          x,
          null,
          low,
          new double[] {1, 0},
          out);
      refused(
          "intensities of image 0, channel 0: 0.0 to 1.0E-44 is no range of float32",
          x,
          null,
          low,
          new double[] {1e-44, 1},
          out);
    }
  }

  private void refused(
      String message, Tensor slices, Tensor mask, double[] lower, double[] upper, Tensor out) {
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> kernels().prepareSlices(slices, mask, lower, upper, out));
    assertEquals(message, error.getMessage());
  }
}
