package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What every implementation must compute: LibTorch's chain of operations, on random tensors. */
abstract class GroupNormContract {
  private static final double EPSILON = 1e-5;

  abstract Kernels kernels();

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void normEqualsLibTorchInDoublePrecision(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Random random = new Random(seed);
      int groups = 1 + random.nextInt(32);
      long channels = groups * (1L + random.nextInt(4));
      long[] shape = {
        1 + random.nextInt(3), channels, 1 + random.nextInt(20), 1 + random.nextInt(20)
      };
      boolean half = random.nextInt(4) == 0;
      Tensor x = Layout.ofInput(random).of(torch.randn(shape).mul(new Scalar(3.0)));
      if (half) {
        x = x.to(ScalarType.BFloat16);
      }
      Tensor weight = random.nextBoolean() ? vector(half, channels) : null;
      Tensor bias = random.nextBoolean() ? vector(half, channels) : null;
      Tensor added = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      Tensor scale = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      Tensor shift = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      boolean silu = random.nextBoolean();
      Tensor out = torch.empty_like(x.contiguous());
      kernels()
          .groupNorm(
              x, new GroupNorm(groups, EPSILON, weight, bias, added, scale, shift, silu), out);
      Tensor want = chain(groups, x, weight, bias, added, scale, shift, silu);
      Tensor error = out.to(ScalarType.Double).sub(want).abs();
      // Values are of order 10; bfloat16 rounds the result once.
      double room = half ? 0x1p-8 : 1e-5;
      Tensor allowed = want.abs().mul(new Scalar(room)).add(new Scalar(half ? 1e-4 : 2e-5));
      assertTrue(error.le(allowed).all().item_bool(), () -> "error " + error.max().item_double());
    }
  }

  private static Tensor vector(boolean half, long... shape) {
    Tensor values = torch.randn(shape);
    return half ? values.to(ScalarType.BFloat16) : values;
  }

  private static Tensor chain(
      int groups,
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor added,
      Tensor scale,
      Tensor shift,
      boolean silu) {
    Tensor h = x.contiguous().to(ScalarType.Double);
    if (added != null) {
      h = h.add(overPixels(added));
    }
    h = torch.group_norm(h, groups, optional(weight), optional(bias), EPSILON, false);
    if (scale != null) {
      h = h.mul(overPixels(scale).add(new Scalar(1.0)));
    }
    if (shift != null) {
      h = h.add(overPixels(shift));
    }
    return silu ? torch.silu(h) : h;
  }

  private static TensorOptional optional(Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.to(ScalarType.Double));
  }

  private static Tensor overPixels(Tensor embedding) {
    return embedding.to(ScalarType.Double).unsqueeze(-1).unsqueeze(-1);
  }

  @Example
  void aMeanFarFromZeroCostsNoDigits() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(1, 32, 40, 40).mul(new Scalar(0.5)).add(new Scalar(4096.0));
      Tensor out = torch.empty_like(x);
      kernels().groupNorm(x, new GroupNorm(32, EPSILON, null, null, null, null, null, false), out);
      Tensor want = chain(32, x, null, null, null, null, null, false);
      double error = out.to(ScalarType.Double).sub(want).abs().max().item_double();
      assertTrue(error < 5e-4, "error " + error); // an ulp of 4096 is 1e-3 of the spread
    }
  }

  @Example
  void whatDoesNotFitIsRefused() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.zeros(2, 6, 4, 4);
      Tensor out = torch.empty_like(x);
      refused("6 channels do not divide into 4 groups", x, norm(4, null, null), out);
      refused("weight must be [6], is [5]", x, norm(3, torch.ones(5), null), out);
      refused("added must be [2, 6], is [1, 6]", x, norm(3, null, torch.ones(1, 6)), out);
      refused(
          "element types differ: x is Float, weight is BFloat16",
          x,
          norm(3, torch.ones(6).to(ScalarType.BFloat16), null),
          out);
      refused(
          "out must be [2, 6, 4, 4], is [2, 6, 4, 5]",
          x,
          norm(3, null, null),
          torch.empty(2, 6, 4, 5));
      refused("x must be [N, C, H, W], is [6, 4]", torch.zeros(6, 4), norm(3, null, null), out);
      refused(
          "x must be float32 or bfloat16, is Double",
          x.to(ScalarType.Double),
          norm(3, null, null),
          out);
      refused(
          "out lies where x does, but with other strides: "
              + "x has [96, 16, 4, 1], out has [96, 16, 1, 4]",
          x,
          norm(3, null, null),
          x.transpose(2, 3));
      assertThrows(
          IllegalArgumentException.class,
          () -> new GroupNorm(0, EPSILON, null, null, null, null, null, true));
    }
  }

  private static GroupNorm norm(int groups, Tensor weight, Tensor added) {
    return new GroupNorm(groups, EPSILON, weight, null, added, null, null, true);
  }

  private void refused(String message, Tensor x, GroupNorm norm, Tensor out) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> kernels().groupNorm(x, norm, out));
    assertEquals(message, error.getMessage());
  }
}
