package dev.hale.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Engine;
import dev.hale.engine.Scope;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions and their derivatives of both orders, against double precision. */
final class ConvolutionsTest {
  private interface Operation {
    Tensor apply(Tensor x, Tensor weight, Tensor bias);
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "4, 32", "32, 4", "24, 48", "48, 24", "8, 1", "1, 8", "32, 16"})
  void imagesInBothLayouts(int in, int out) {
    long[] weight = {out, in, 3, 3};
    long[] images = {4, in, 9, 9};
    for (MemoryFormat layout : List.of(MemoryFormat.Contiguous, MemoryFormat.ChannelsLast)) {
      assertExact((x, w, b) -> Convolutions.convolve(x, w, b, 2, 1), layout, images, weight, out);
      assertExact((x, w, b) -> wholeBlocks(x, w, b, 1, 1), layout, images, weight, out);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "32, 64", "24, 8"})
  void pixelsInBothLayouts(int in, int out) {
    Operation pixels = (x, w, b) -> wholeBlocks(x, w, b, 1, 0);
    long[] images = {4, in, 5, 9};
    long[] weight = {out, in, 1, 1};
    assertExact(pixels, MemoryFormat.Contiguous, images, weight, out);
    assertExact(pixels, MemoryFormat.ChannelsLast, images, weight, out);
    long[] sequences = {3, in, 7};
    assertExact(pixels, MemoryFormat.Contiguous, sequences, new long[] {out, in, 1}, out);
    long[] volumes = {2, in, 3, 4, 5};
    assertExact(pixels, MemoryFormat.Contiguous, volumes, new long[] {out, in, 1, 1, 1}, out);
  }

  /** Where oneDNN is told of no caches, it divides by zero over such a convolution. */
  @Test
  void manyChannelsOfFewPixels() {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(1, 1024, 4, 4).contiguous(MemoryFormat.ChannelsLast);
      Tensor y = Convolutions.convolve(x, torch.randn(256, 1024, 1, 1), null, 1, 0);
      assertTrue(y.is_contiguous(MemoryFormat.ChannelsLast));
      assertTrue(torch.isfinite(y).all().item_bool());
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "24, 16", "16, 1"})
  void volumes(int in, int out) {
    long[] weight = {out, in, 4, 4, 4};
    long[] volumes = {2, in, 6, 6, 6};
    for (Operation operation :
        List.<Operation>of(
            (x, w, b) -> Convolutions.convolve(x, w, b, 2, 1),
            (x, w, b) -> wholeBlocks(x, w, b, 2, 1))) {
      assertExact(operation, MemoryFormat.Contiguous, volumes, weight, out);
    }
  }

  /** Kernels and strides that differ across slices from those within. */
  @ParameterizedTest
  @CsvSource({"2, 4", "24, 16", "16, 1"})
  void stacks(int in, int out) {
    long[] weight = {out, in, 3, 4, 4};
    long[] volumes = {2, in, 5, 6, 6};
    long[] stride = {1, 2, 2};
    long[] padding = {1, 1, 1};
    for (Operation operation :
        List.<Operation>of(
            (x, w, b) -> Convolutions.convolve(x, w, b, stride, padding),
            (x, w, b) -> Convolutions.convolveWholeBlocks(x, w, b, stride, padding))) {
      assertExact(operation, MemoryFormat.Contiguous, volumes, weight, out);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "24, 16", "32, 8", "8, 24"})
  void transposed(int in, int out) {
    long[] weight = {in, out, 4, 4};
    long[] images = {4, in, 6, 6};
    for (Operation operation :
        List.<Operation>of(
            (x, w, b) -> Convolutions.convolveTransposed(x, w, 2, 1),
            (x, w, b) -> Convolutions.convolveTransposedWholeBlocks(x, w, 2, 1))) {
      assertExact(
          (x, w, b) -> operation.apply(x, w, b).add(b.view(1, -1, 1, 1)),
          MemoryFormat.Contiguous,
          images,
          weight,
          out);
    }
  }

  @Test
  void channelsStayLastAndDense() {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(2, 4, 6, 6).contiguous(MemoryFormat.ChannelsLast);
      Tensor weight = torch.randn(8, 4, 3, 3);
      Tensor y = wholeBlocks(x, weight, null, 1, 1);
      assertTrue(y.is_contiguous(MemoryFormat.ChannelsLast));
      Tensor small = torch.randn(8, 4, 1, 1);
      Tensor z = wholeBlocks(x, small, null, 1, 0);
      assertTrue(z.is_contiguous(MemoryFormat.ChannelsLast));
      assertEquals(8, y.size(1));
    }
  }

  private static Tensor wholeBlocks(
      Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    long[] strides = new long[(int) x.dim() - 2];
    long[] paddings = strides.clone();
    Arrays.fill(strides, stride);
    Arrays.fill(paddings, padding);
    return Convolutions.convolveWholeBlocks(x, weight, bias, strides, paddings);
  }

  private static void assertExact(
      Operation operation, MemoryFormat layout, long[] shape, long[] weightShape, int out) {
    Engine.seed(5);
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(shape);
      Tensor weight = torch.randn(weightShape);
      Tensor bias = torch.randn(out);
      List<Tensor> found = all(operation, x.contiguous(layout), weight, bias);
      List<Tensor> exact =
          all(
              operation, // LibTorch convolves float64 without oneDNN
              x.to(ScalarType.Double),
              weight.to(ScalarType.Double),
              bias.to(ScalarType.Double));
      for (int i = 0; i < exact.size(); i++) {
        double scale = exact.get(i).abs().max().item_double();
        double error =
            found.get(i).to(ScalarType.Double).sub(exact.get(i)).abs().max().item_double();
        assertTrue(error < 1e-4 * scale, "%d: error %g of %g".formatted(i, error, scale));
      }
    }
  }

  /** The value; its square's gradient; the derivative of that gradient's square. */
  private static List<Tensor> all(Operation operation, Tensor x, Tensor weight, Tensor bias) {
    TensorVector leaves =
        new TensorVector(
            x.detach().requires_grad_(true),
            weight.detach().requires_grad_(true),
            bias.detach().requires_grad_(true));
    Tensor y = operation.apply(leaves.get(0), leaves.get(1), leaves.get(2));
    TensorVector first = gradient(square(y), leaves);
    TensorVector second = gradient(square(first.get(0)), leaves);
    return List.of(
        y, first.get(0), first.get(1), first.get(2), second.get(0), second.get(1), second.get(2));
  }

  private static Tensor square(Tensor y) {
    return y.pow(new Scalar(2)).sum();
  }

  private static TensorVector gradient(Tensor of, TensorVector leaves) {
    return torch.grad(
        new TensorVector(of), leaves, new TensorVector(), new BoolOptional(true), true, false);
  }
}
