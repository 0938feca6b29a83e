package dev.hale.engine.kernels;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a denoising step demands of its tensors. The native code trusts its arguments, so that
 * everything that could make it read or write a wrong place is refused here, before anything is
 * written.
 */
final class StepArguments {
  private StepArguments() {}

  static void check(
      Tensor x,
      Tensor modelOutput,
      Tensor gradient,
      Tensor noise,
      StepCoefficients c,
      StepOutputs out) {
    Objects.requireNonNull(c, "coefficients");
    Objects.requireNonNull(out, "outputs");
    checkKind("x", x);
    if (x.dim() != 4) {
      throw new IllegalArgumentException("x must be [N, C, H, W], is " + shape(x));
    }
    checkOutputOfModel(x, modelOutput, c);
    if (c.guided() && gradient == null) {
      throw new IllegalArgumentException(
          "the coefficients ask for guidance (guidance %s, meanGuidance %s), but gradient is null"
              .formatted(c.guidance(), c.meanGuidance()));
    }
    if (c.noisy() && noise == null) {
      throw new IllegalArgumentException(
          "the coefficients ask for noise (noiseScale %s), but noise is null"
              .formatted(c.noiseScale()));
    }
    checkLike(x, "gradient", gradient);
    checkLike(x, "noise", noise);
    checkLike(x, "next", out.next());
    checkLike(x, "predX0", out.predX0());
    checkLike(x, "reference", out.reference());
    checkMap(x, out.differenceMap());

    checkWritable("next", out.next());
    checkWritable("predX0", out.predX0());
    checkWritable("differenceMap", out.differenceMap());
    checkMemory(x, modelOutput, gradient, noise, out);
  }

  private static void checkOutputOfModel(Tensor x, Tensor modelOutput, StepCoefficients c) {
    checkKind("modelOutput", modelOutput);
    boolean fits = modelOutput.dim() == 4;
    for (int axis = 0; fits && axis < 4; axis++) {
      fits = axis == 1 || modelOutput.size(axis) == x.size(axis);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "shapes differ: x is %s, modelOutput is %s".formatted(shape(x), shape(modelOutput)));
    }
    long channels = x.size(1);
    long predicted = modelOutput.size(1);
    if (predicted == 2 * channels || (predicted == channels && !c.learnedVariance())) {
      return;
    }
    throw new IllegalArgumentException(
        c.learnedVariance()
            ? "channels differ: with learned variance x with %d channels needs a modelOutput with %d, it has %d"
                .formatted(channels, 2 * channels, predicted)
            : "channels differ: x with %d channels needs a modelOutput with %d or %d, it has %d"
                .formatted(channels, channels, 2 * channels, predicted));
  }

  private static void checkLike(Tensor x, String name, Tensor tensor) {
    if (tensor == null) {
      return;
    }
    checkKind(name, tensor);
    boolean same = tensor.dim() == 4;
    for (int axis = 0; same && axis < 4; axis++) {
      same = tensor.size(axis) == x.size(axis);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "shapes differ: x is %s, %s is %s".formatted(shape(x), name, shape(tensor)));
    }
  }

  private static void checkMap(Tensor x, Tensor map) {
    if (map == null) {
      return;
    }
    checkKind("differenceMap", map);
    if (map.dim() != 3
        || map.size(0) != x.size(0)
        || map.size(1) != x.size(2)
        || map.size(2) != x.size(3)) {
      throw new IllegalArgumentException(
          "shapes differ: x is %s, so differenceMap must be [%d, %d, %d], is %s"
              .formatted(shape(x), x.size(0), x.size(2), x.size(3), shape(map)));
    }
  }

  private static void checkKind(String name, Tensor tensor) {
    Objects.requireNonNull(tensor, name);
    if (!tensor.defined()) {
      throw new IllegalArgumentException(name + " is an undefined tensor");
    }
    if (!tensor.is_cpu()) {
      throw new IllegalArgumentException(
          "%s must be on the CPU, as these kernels are, is on %s"
              .formatted(name, tensor.device().str().getString()));
    }
    if (tensor.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException(
          "%s must be float32 (Float), is %s".formatted(name, tensor.scalar_type()));
    }
  }

  /**
   * Elements of a result must not share memory with one another, as those of an expanded view do.
   */
  private static void checkWritable(String name, Tensor tensor) {
    for (int axis = 0; tensor != null && axis < tensor.dim(); axis++) {
      if (tensor.size(axis) > 1 && tensor.stride(axis) == 0) {
        throw new IllegalArgumentException(
            "%s is written, so it cannot be an expanded view: %s with strides %s"
                .formatted(name, shape(tensor), strides(tensor)));
      }
    }
  }

  /**
   * Refuses the overlaps that happen by mistake: the same tensor passed twice. Views that overlap
   * in part are not looked for, since interleaved slices of one buffer are legitimate.
   */
  private static void checkMemory(
      Tensor x, Tensor modelOutput, Tensor gradient, Tensor noise, StepOutputs out) {
    if (x.numel() == 0) {
      return;
    }
    Tensor next = out.next();
    if (address(next) == address(x)) {
      for (int axis = 0; axis < 4; axis++) {
        if (x.size(axis) > 1 && x.stride(axis) != next.stride(axis)) {
          throw new IllegalArgumentException(
              "next lies where x does, but with other strides: x has %s, next has %s"
                  .formatted(strides(x), strides(next)));
        }
      }
    }
    Tensor[] written = {next, out.predX0(), out.differenceMap()};
    String[] writtenNames = {"next", "predX0", "differenceMap"};
    Tensor[] read = {x, modelOutput, gradient, noise, out.reference()};
    String[] readNames = {"x", "modelOutput", "gradient", "noise", "reference"};
    for (int i = 0; i < written.length; i++) {
      for (int j = i + 1; j < written.length; j++) {
        refuseSameMemory(writtenNames[i], written[i], writtenNames[j], written[j]);
      }
      for (int j = 0; j < read.length; j++) {
        boolean inPlace = i == 0 && j == 0;
        if (!inPlace) {
          refuseSameMemory(writtenNames[i], written[i], readNames[j], read[j]);
        }
      }
    }
  }

  private static void refuseSameMemory(String name, Tensor a, String otherName, Tensor b) {
    if (a != null && b != null && address(a) == address(b)) {
      throw new IllegalArgumentException(
          "%s is written and shares its memory with %s".formatted(name, otherName));
    }
  }

  private static long address(Tensor tensor) {
    return tensor.data_ptr().address();
  }

  private static String shape(Tensor tensor) {
    return list(tensor, tensor::size);
  }

  private static String strides(Tensor tensor) {
    return list(tensor, tensor::stride);
  }

  private static String list(Tensor tensor, IntToLongFunction along) {
    return Arrays.toString(IntStream.range(0, (int) tensor.dim()).mapToLong(along).toArray());
  }
}
