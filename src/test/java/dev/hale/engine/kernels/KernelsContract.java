package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What every implementation of {@link Kernels} must compute, on random steps. A case is made from
 * its seed alone, and shrinking a seed means nothing.
 */
abstract class KernelsContract {
  /** In units of the terms' magnitudes: 64 roundings to float32. */
  private static final double TOLERANCE = 64 * 0x1p-24;

  private static final int TRIES = 120;

  abstract Kernels kernels();

  /** Every code path that this machine can run: each is put through every case. */
  abstract List<String> variants();

  abstract void use(String variant);

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void stepEqualsItsDoublePrecisionTwin(@ForAll long seed) {
    for (String variant : variants()) {
      use(variant);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        var want = oracle(step);
        run(step);
        assertClose(variant + " next", want.next, want.nextMagnitude, values(step.next));
        if (step.predX0 != null) {
          assertClose(variant + " x0", want.x0, want.x0Magnitude, values(step.predX0));
        }
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void stepEqualsAChainOfLibTorchOperations(@ForAll long seed) {
    for (String variant : variants()) {
      use(variant);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        var twin =
            DenoiseChain.step(
                step.x.contiguous(), step.output.contiguous(), step.gradient, step.noise, step.c);
        var magnitude = oracle(step);
        run(step);
        // Both round.
        assertClose(
            variant + " next",
            doubles(values(composed(twin.next(), step.composition))),
            twice(magnitude.nextMagnitude),
            values(step.next));
        if (step.predX0 != null) {
          assertClose(
              variant + " x0",
              doubles(values(twin.x0())),
              twice(magnitude.x0Magnitude),
              values(step.predX0));
        }
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void stepInPlaceEqualsAStepElsewhere(@ForAll long seed) {
    for (String variant : variants()) {
      use(variant);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        Layout layout = Layout.ofResult(new Random(seed));
        Tensor x = layout.of(step.x.contiguous());
        Tensor elsewhere = layout.of(step.x.contiguous());
        kernels()
            .denoiseStep(
                x,
                step.output,
                step.gradient,
                step.noise,
                step.c,
                new StepOutputs(elsewhere, null, step.composition));
        kernels()
            .denoiseStep(
                x,
                step.output,
                step.gradient,
                step.noise,
                step.c,
                new StepOutputs(x, null, step.composition));
        assertArrayEquals(values(elsewhere), values(x));
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void stepWritesItsResultsAndNothingElse(@ForAll long seed) {
    for (String variant : variants()) {
      use(variant);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        List<Tensor> inputs =
            Stream.of(
                    step.x,
                    step.output,
                    step.gradient,
                    step.noise,
                    step.composition == null ? null : step.composition.gate(),
                    step.composition == null ? null : step.composition.outside())
                .filter(Objects::nonNull)
                .toList();
        List<Tensor> before = inputs.stream().map(Tensor::clone).toList();
        // A window of a buffer of sentinels: those outside it must stay.
        long n = step.x.size(0);
        long channels = step.x.size(1);
        Tensor buffer =
            torch.full(
                new long[] {n + 2, channels + 3, step.x.size(2) + 2, step.x.size(3) + 5},
                new Scalar(12345f));
        Tensor window =
            buffer
                .narrow(0, 1, n)
                .narrow(1, 2, channels)
                .narrow(2, 1, step.x.size(2))
                .narrow(3, 3, step.x.size(3));
        kernels()
            .denoiseStep(
                step.x,
                step.output,
                step.gradient,
                step.noise,
                step.c,
                new StepOutputs(window, step.predX0, step.composition));
        for (int i = 0; i < inputs.size(); i++) {
          assertTrue(inputs.get(i).equal(before.get(i)), "input " + i);
        }
        run(step);
        assertArrayEquals(values(step.next), values(window));
        window.fill_(new Scalar(12345f));
        assertTrue(buffer.eq(new Scalar(12345f)).all().item_bool(), "outside the window");
      }
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void whereAGateIsShutOrOpenOneSideShowsBitForBit(@ForAll long seed) {
    for (String variant : variants()) {
      use(variant);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        if (step.composition == null) {
          continue;
        }
        Tensor gate = step.composition.gate();
        var nan = new Scalar(Double.NaN);
        Tensor output =
            step.output.masked_fill(torch.rand(step.output.sizes()).gt(new Scalar(0.8)), nan);
        Tensor outside =
            step.composition
                .outside()
                .masked_fill(torch.rand(step.x.sizes()).gt(new Scalar(0.8)), nan);
        kernels()
            .denoiseStep(
                step.x, output, step.gradient, step.noise, step.c, StepOutputs.next(step.next));
        Tensor inside = step.next.clone();
        kernels()
            .denoiseStep(
                step.x,
                output,
                step.gradient,
                step.noise,
                step.c,
                StepOutputs.next(step.next).composedWith(new Composition(gate, outside)));
        Tensor shut = gate.le(new Scalar(0)).expand(step.x.sizes());
        Tensor between = gate.gt(new Scalar(0)).logical_and(gate.lt(new Scalar(1)));
        Tensor want = outside.where(shut, inside);
        var none = new Scalar(0.0);
        assertArrayEquals(
            values(want.masked_fill(between, none)), values(step.next.masked_fill(between, none)));
      }
    }
  }

  final void run(StepCase step) {
    kernels().denoiseStep(step.x, step.output, step.gradient, step.noise, step.c, step.outputs());
  }

  private static DenoiseOracle oracle(StepCase step) {
    Tensor x = step.x;
    var oracle =
        new DenoiseOracle(
            values(x),
            values(step.output),
            valuesOrNull(step.gradient),
            valuesOrNull(step.noise),
            (int) x.size(0),
            step.c);
    if (step.composition != null) {
      oracle.compose(
          values(step.composition.gate()),
          values(step.composition.outside()),
          (int) x.size(1),
          (int) (x.size(2) * x.size(3)));
    }
    return oracle;
  }

  /** By LibTorch. */
  private static Tensor composed(Tensor image, Composition composition) {
    if (composition == null) {
      return image;
    }
    Tensor gate = composition.gate().clamp_min(new Scalar(0.0)).clamp_max(new Scalar(1.0));
    return torch.lerp(composition.outside(), image, gate);
  }

  static void assertClose(String what, double[] want, double[] magnitude, float[] got) {
    assertEquals(want.length, got.length, what);
    for (int i = 0; i < want.length; i++) {
      double error = Math.abs(want[i] - got[i]);
      if (!(error <= TOLERANCE * magnitude[i] + 1e-30)) {
        throw new AssertionError(
            "%s[%d]: %s, wanted %s (terms of %s)"
                .formatted(what, i, got[i], want[i], magnitude[i]));
      }
    }
  }

  static float[] values(Tensor tensor) {
    var values = new float[(int) tensor.numel()];
    Tensor flat = tensor.contiguous();
    flat.data_ptr_float().get(values);
    return values;
  }

  private static float[] valuesOrNull(Tensor tensor) {
    return tensor == null ? null : values(tensor);
  }

  private static double[] doubles(float[] values) {
    var doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double[] twice(double[] values) {
    var twice = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      twice[i] = 2 * values[i];
    }
    return twice;
  }
}
