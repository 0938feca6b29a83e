package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.kernels.Kernels.NormParameter;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What every implementation must compute: a chain of LibTorch's operations, on random tensors. */
abstract class GroupNormContract {
  private static final double EPSILON = 1e-5;

  abstract Kernels kernels();

  /** Random features and a random norm of them. */
  private record Case(Tensor x, FusedGroupNorm norm, boolean half, Random random) {
    static Case of(long seed) {
      Random random = new Random(seed);
      int groups = 1 + random.nextInt(32);
      long channels = groups * (1L + random.nextInt(4));
      long[] shape = {
        1 + random.nextInt(3), channels, 1 + random.nextInt(20), 1 + random.nextInt(20)
      };
      boolean half = random.nextInt(4) == 0;
      Tensor x = features(random, half, shape);
      Tensor weight = random.nextBoolean() ? vector(half, channels) : null;
      Tensor bias = random.nextBoolean() ? vector(half, channels) : null;
      Tensor added = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      Tensor scale = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      Tensor shift = random.nextBoolean() ? vector(half, shape[0], channels) : null;
      boolean silu = random.nextBoolean();
      FusedGroupNorm norm =
          new FusedGroupNorm(groups, EPSILON, weight, bias, added, scale, shift, silu);
      return new Case(x, norm, half, random);
    }
  }

  private static Tensor features(Random random, boolean half, long... shape) {
    Tensor x = Layout.ofInput(random).of(torch.randn(shape).mul(new Scalar(3.0)));
    return half ? x.to(ScalarType.BFloat16) : x;
  }

  /** Room for results, in planes or with channels last. */
  private static Tensor results(Case test) {
    return test.random.nextBoolean()
        ? torch.empty_like(test.x.contiguous())
        : torch.empty_like(test.x.contiguous(torch.MemoryFormat.ChannelsLast));
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void normEqualsLibTorchInDoublePrecision(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Case test = Case.of(seed);
      Tensor out = results(test);
      kernels().groupNorm(test.x, test.norm, out);
      // Values are of order 10; bfloat16 rounds the result once.
      assertClose(chain(inDouble(test.x), test.norm), out, test.half, test.half ? 1e-4 : 2e-5);
    }
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void derivativeEqualsLibTorchsInDoublePrecision(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Case test = Case.of(seed);
      Tensor x = test.x;
      Tensor gradient =
          features(test.random, test.half, x.size(0), x.size(1), x.size(2), x.size(3));
      Tensor in = inDouble(x).requires_grad_(true);
      Tensor want = derivative(chain(in, test.norm), in, inDouble(gradient));
      Tensor out = results(test);
      kernels().groupNormBackward(x, test.norm, gradient, out, null);
      // The terms cancel where a group has few elements: what they are rounded to counts. On the
      // CPU, bfloat16 rounds them, too.
      double terms = largestGain(in, test.norm) * gradient.abs().max().item_double();
      assertClose(want, out, test.half, (test.half ? 0x1p-8 : 2e-6) * terms + 2e-5);
    }
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void derivativesOfParametersEqualLibTorchsInDoublePrecision(@ForAll long seed) {
    try (var scope = new PointerScope()) {
      Case test = Case.of(seed);
      Tensor x = test.x;
      long images = x.size(0);
      long channels = x.size(1);
      Tensor gradient = features(test.random, test.half, images, channels, x.size(2), x.size(3));
      FusedGroupNorm full = withParameters(test.norm, images, channels);
      Tensor in = inDouble(x).requires_grad_(true);
      Tensor y = chain(in, full);
      Tensor byParameters = torch.full(new long[] {images, 5, channels}, new Scalar(12345f));
      kernels().groupNormBackward(x, test.norm, gradient, results(test), byParameters);
      // The terms of a sum cancel: what they are rounded to counts.
      double terms = gradient.abs().sum(2, 3).max().item_double() * largestGain(in, test.norm);
      for (NormParameter parameter : NormParameter.values()) {
        Tensor want = derivative(y, of(full, parameter), inDouble(gradient));
        Tensor got = parameter.of(byParameters);
        boolean ofAll = parameter == NormParameter.WEIGHT || parameter == NormParameter.BIAS;
        assertClose(want, ofAll ? got.sum(0) : got, false, 3e-5 * (1 + terms));
      }
    }
  }

  /** The same norm in double precision, each of its parameters present and to be derived by. */
  private static FusedGroupNorm withParameters(FusedGroupNorm norm, long images, long channels) {
    return new FusedGroupNorm(
        norm.groups(),
        norm.epsilon(),
        leaf(norm.weight(), 1, channels),
        leaf(norm.bias(), 0, channels),
        leaf(norm.added(), 0, images, channels),
        leaf(norm.scale(), 0, images, channels),
        leaf(norm.shift(), 0, images, channels),
        norm.silu());
  }

  private static Tensor of(FusedGroupNorm norm, NormParameter parameter) {
    return switch (parameter) {
      case WEIGHT -> norm.weight();
      case BIAS -> norm.bias();
      case ADDED -> norm.added();
      case SCALE -> norm.scale();
      case SHIFT -> norm.shift();
    };
  }

  private static Tensor leaf(Tensor valuesOrNull, double absent, long... shape) {
    Tensor values = valuesOrNull == null ? torch.full(shape, new Scalar(absent)) : valuesOrNull;
    return values.to(ScalarType.Double).detach().requires_grad_(true);
  }

  private static Tensor derivative(Tensor y, Tensor x, Tensor gradient) {
    return torch
        .grad(
            new TensorVector(y),
            new TensorVector(x),
            new TensorVector(gradient),
            new BoolOptional(true),
            false,
            false)
        .get(0);
  }

  /** By which a normalisation multiplies. */
  private static double largestGain(Tensor x, FusedGroupNorm norm) {
    Tensor sum = norm.added() == null ? x : x.add(overPixels(norm.added()));
    Tensor grouped = sum.reshape(x.size(0), norm.groups(), -1);
    Tensor variance = grouped.sub(grouped.mean(2).unsqueeze(-1)).square().mean(2);
    double weight = norm.weight() == null ? 1 : norm.weight().abs().max().item_double();
    double scale = norm.scale() == null ? 0 : norm.scale().abs().max().item_double();
    return weight * (1 + scale) / Math.sqrt(variance.min().item_double() + EPSILON);
  }

  private static void assertClose(Tensor want, Tensor got, boolean half, double absolute) {
    Tensor error = got.to(ScalarType.Double).sub(want).abs();
    Tensor allowed = want.abs().mul(new Scalar(half ? 0x1p-8 : 1e-5)).add(new Scalar(absolute));
    assertTrue(error.le(allowed).all().item_bool(), () -> "error " + error.max().item_double());
  }

  private static Tensor inDouble(Tensor tensor) {
    return tensor.contiguous().to(ScalarType.Double);
  }

  private static Tensor vector(boolean half, long... shape) {
    Tensor values = torch.randn(shape);
    return half ? values.to(ScalarType.BFloat16) : values;
  }

  private static Tensor chain(Tensor x, FusedGroupNorm norm) {
    Tensor h = norm.added() == null ? x : x.add(overPixels(norm.added()));
    h = normalised(h, norm.groups());
    if (norm.weight() != null) {
      h = h.mul(overImages(norm.weight()));
    }
    if (norm.bias() != null) {
      h = h.add(overImages(norm.bias()));
    }
    if (norm.scale() != null) {
      h = h.mul(overPixels(norm.scale()).add(new Scalar(1.0)));
    }
    if (norm.shift() != null) {
      h = h.add(overPixels(norm.shift()));
    }
    return norm.silu() ? torch.silu(h) : h;
  }

  /** Written out: LibTorch's own derivative, channels last in double precision, has crashed. */
  private static Tensor normalised(Tensor h, int groups) {
    Tensor grouped = h.reshape(h.size(0), groups, -1);
    Tensor centred = grouped.sub(grouped.mean(2).unsqueeze(-1));
    Tensor variance = centred.square().mean(2).unsqueeze(-1);
    return centred.div(variance.add(new Scalar(EPSILON)).sqrt()).reshape_as(h);
  }

  private static Tensor overImages(Tensor vector) {
    return vector.to(ScalarType.Double).reshape(1, -1, 1, 1);
  }

  private static Tensor overPixels(Tensor embedding) {
    return embedding.to(ScalarType.Double).unsqueeze(-1).unsqueeze(-1);
  }

  @Example
  void emptyFeaturesAreLeftAlone() {
    try (var scope = new PointerScope()) {
      for (long[] shape : new long[][] {{0, 8, 4, 4}, {2, 8, 0, 4}, {2, 8, 4, 0}}) {
        Tensor x = torch.empty(shape);
        FusedGroupNorm norm = new FusedGroupNorm(4, EPSILON, null, null, null, null, null, true);
        kernels().groupNorm(x, norm, torch.empty_like(x));
        kernels().groupNormBackward(x, norm, x, torch.empty_like(x), null);
      }
    }
  }

  @Example
  void aMeanFarFromZeroCostsNoDigits() {
    try (var scope = new PointerScope()) {
      torch.manual_seed(1);
      Tensor x = torch.randn(1, 32, 40, 40).mul(new Scalar(0.5)).add(new Scalar(4096.0));
      Tensor out = torch.empty_like(x);
      FusedGroupNorm norm = new FusedGroupNorm(32, EPSILON, null, null, null, null, null, false);
      kernels().groupNorm(x, norm, out);
      Tensor want = chain(inDouble(x), norm);
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
          () -> new FusedGroupNorm(0, EPSILON, null, null, null, null, null, true));
    }
  }

  @Example
  void theDerivativeMayTakeThePlaceOfTheGradientAndOfNothingElse() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(2, 6, 5, 4);
      Tensor gradient = torch.randn(2, 6, 5, 4);
      FusedGroupNorm norm = norm(3, null, null);
      Tensor apart = torch.empty_like(x);
      kernels().groupNormBackward(x, norm, gradient, apart, null);
      refusedBackward("out is written and shares its memory with x", x, norm, gradient, x);
      refusedBackward(
          "gradient must be [2, 6, 5, 4], is [2, 6, 4, 5]",
          x,
          norm,
          gradient.transpose(2, 3),
          apart);
      refusedBackward(
          "out lies where gradient does, but with other strides: "
              + "gradient has [120, 20, 1, 5], out has [120, 20, 4, 1]",
          x,
          norm,
          gradient.view(2, 6, 4, 5).transpose(2, 3),
          gradient);
      kernels().groupNormBackward(x, norm, gradient, gradient, null);
      assertTrue(gradient.equal(apart));
    }
  }

  @Example
  void parametersThatDoNotFitAreRefused() {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(2, 6, 5, 4);
      FusedGroupNorm norm = norm(3, null, null);
      refusedParameters("byParameters must be [2, 5, 6], is [2, 6]", x, norm, torch.empty(2, 6));
      refusedParameters(
          "byParameters must be float32, is Double",
          x,
          norm,
          torch.empty(2, 5, 6).to(ScalarType.Double));
      refusedParameters(
          "byParameters must be contiguous, has strides [30, 1, 5]",
          x,
          norm,
          torch.empty(2, 6, 5).transpose(1, 2));
    }
  }

  private void refusedParameters(
      String message, Tensor x, FusedGroupNorm norm, Tensor byParameters) {
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                kernels().groupNormBackward(x, norm, x.clone(), torch.empty_like(x), byParameters));
    assertEquals(message, error.getMessage());
  }

  private void refusedBackward(
      String message, Tensor x, FusedGroupNorm norm, Tensor gradient, Tensor out) {
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> kernels().groupNormBackward(x, norm, gradient, out, null));
    assertEquals(message, error.getMessage());
  }

  private static FusedGroupNorm norm(int groups, Tensor weight, Tensor added) {
    return new FusedGroupNorm(groups, EPSILON, weight, null, added, null, null, true);
  }

  private void refused(String message, Tensor x, FusedGroupNorm norm, Tensor out) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> kernels().groupNorm(x, norm, out));
    assertEquals(message, error.getMessage());
  }
}
