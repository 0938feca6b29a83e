package dev.hale.engine.kernels;

import static dev.hale.engine.kernels.TensorArguments.address;
import static dev.hale.engine.kernels.TensorArguments.checkWritable;
import static dev.hale.engine.kernels.TensorArguments.refuseSameMemory;
import static dev.hale.engine.kernels.TensorArguments.shape;
import static dev.hale.engine.kernels.TensorArguments.strides;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * What a denoising step demands of its tensors. The native code trusts its arguments, so that
 * everything that could make it read or write a wrong place is refused here, before anything is
 * written.
 */
final class StepArguments {
  private StepArguments() {}

  static void check(
      TensorArguments on,
      Tensor x,
      Tensor modelOutput,
      Tensor gradient,
      Tensor noise,
      StepCoefficients c,
      StepOutputs out) {
    Objects.requireNonNull(c, "coefficients");
    Objects.requireNonNull(out, "outputs");
    on.checkKind("x", x);
    if (x.dim() != 4) {
      throw new IllegalArgumentException("x must be [N, C, H, W], is " + shape(x));
    }
    checkOutputOfModel(on, x, modelOutput, c);
    if (c.guided() && gradient == null) {
      throw new IllegalArgumentException(
          "the coefficients ask for guidance (guidance %s, next.fromGradient %s), but gradient is null"
              .formatted(c.guidance(), c.next().fromGradient()));
    }
    if (c.noisy() && noise == null) {
      throw new IllegalArgumentException(
          "the coefficients ask for noise (next.fromNoise %s), but noise is null"
              .formatted(c.next().fromNoise()));
    }
    on.checkLike("x", x, "gradient", gradient);
    on.checkLike("x", x, "noise", noise);
    on.checkLike("x", x, "next", out.next());
    on.checkLike("x", x, "predX0", out.predX0());
    checkComposition(on, x, out.composition());

    checkWritable("next", out.next());
    checkWritable("predX0", out.predX0());
    checkMemory(x, modelOutput, gradient, noise, out);
  }

  private static void checkOutputOfModel(
      TensorArguments on, Tensor x, Tensor modelOutput, StepCoefficients c) {
    on.checkKind("modelOutput", modelOutput);
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

  private static void checkComposition(TensorArguments on, Tensor x, Composition composition) {
    if (composition == null) {
      return;
    }
    Tensor gate = composition.gate();
    on.checkKind("gate", gate);
    if (gate.dim() != 4
        || gate.size(0) != x.size(0)
        || gate.size(1) != 1
        || gate.size(2) != x.size(2)
        || gate.size(3) != x.size(3)) {
      throw new IllegalArgumentException(
          "shapes differ: x is %s, so gate must be [%d, 1, %d, %d], is %s"
              .formatted(shape(x), x.size(0), x.size(2), x.size(3), shape(gate)));
    }
    on.checkLike("x", x, "outside", composition.outside());
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
    Tensor[] written = {next, out.predX0()};
    String[] writtenNames = {"next", "predX0"};
    Composition composition = out.composition();
    Tensor gate = composition == null ? null : composition.gate();
    Tensor outside = composition == null ? null : composition.outside();
    Tensor[] read = {x, modelOutput, gradient, noise, gate, outside};
    String[] readNames = {"x", "modelOutput", "gradient", "noise", "gate", "outside"};
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
}
