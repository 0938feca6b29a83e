package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.engine.Device;
import dev.hale.engine.kernels.StepCoefficients.Estimate;
import dev.hale.engine.kernels.StepCoefficients.Level;
import dev.hale.engine.kernels.StepCoefficients.Next;
import dev.hale.engine.kernels.StepCoefficients.VarianceRange;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a step refuses, and that its message names both sides. */
class StepArgumentsTest {
  private static final StepCoefficients PLAIN = coefficients(false, 0, false, 0, 0);

  private PointerScope scope;
  private Tensor x;
  private Tensor output;
  private Tensor next;

  @BeforeEach
  void makeTensors() {
    scope = new PointerScope();
    x = torch.zeros(2, 4, 8, 6);
    output = torch.zeros(2, 4, 8, 6);
    next = torch.full(new long[] {2, 4, 8, 6}, new org.bytedeco.pytorch.Scalar(7f));
  }

  @AfterEach
  void freeTensors() {
    scope.close();
  }

  @Test
  void anImageHasFourAxes() {
    refuses(
        "x must be [N, C, H, W], is [4, 8, 6]", torch.zeros(4, 8, 6), output, null, null, PLAIN);
  }

  @Test
  void everythingIsFloat32() {
    refuses(
        "modelOutput must be float32 (Float), is BFloat16",
        x,
        output.to(ScalarType.BFloat16),
        null,
        null,
        PLAIN);
    refuses(
        "noise must be float32 (Float), is Double",
        x,
        output,
        null,
        torch.zeros(2, 4, 8, 6).to(ScalarType.Double),
        PLAIN);
  }

  @Test
  void everythingIsOnTheCpu() {
    var meta = new org.bytedeco.pytorch.Device(DeviceType.Meta);
    refuses(
        "x must be on the CPU, as these kernels are, is on meta",
        x.to(meta, ScalarType.Float),
        output,
        null,
        null,
        PLAIN);
  }

  @Test
  void undefinedTensorsAreNamed() {
    refuses("gradient is an undefined tensor", x, output, new Tensor(), null, PLAIN);
  }

  @Test
  void shapesAgree() {
    refuses(
        "shapes differ: x is [2, 4, 8, 6], modelOutput is [2, 4, 6, 8]",
        x,
        torch.zeros(2, 4, 6, 8),
        null,
        null,
        PLAIN);
    refuses(
        "shapes differ: x is [2, 4, 8, 6], gradient is [1, 4, 8, 6]",
        x,
        output,
        torch.zeros(1, 4, 8, 6),
        null,
        PLAIN);
    refuses(
        "shapes differ: x is [2, 4, 8, 6], next is [2, 4, 8, 1]",
        StepOutputs.next(torch.zeros(2, 4, 8, 1)),
        PLAIN);
  }

  @Test
  void channelsOfTheModelFitTheVariance() {
    refuses(
        "channels differ: x with 4 channels needs a modelOutput with 4 or 8, it has 3",
        x,
        torch.zeros(2, 3, 8, 6),
        null,
        null,
        PLAIN);
    refuses(
        "channels differ: with learned variance x with 4 channels needs a modelOutput with 8, it"
            + " has 4",
        x,
        output,
        null,
        null,
        coefficients(false, 0, true, 0, 0));
  }

  @Test
  void whatTheCoefficientsUseIsThere() {
    refuses(
        "the coefficients ask for guidance (guidance 3.0, next.fromGradient 0.0), but gradient is null",
        x,
        output,
        null,
        null,
        coefficients(false, 3, false, 0, 0));
    refuses(
        "the coefficients ask for guidance (guidance 0.0, next.fromGradient 2.0), but gradient is null",
        x,
        output,
        null,
        null,
        coefficients(false, 0, false, 2, 0));
    refuses(
        "the coefficients ask for noise (next.fromNoise 0.5), but noise is null",
        x,
        output,
        null,
        null,
        coefficients(false, 0, false, 0, 0.5));
  }

  @Test
  void aGateIsOneForAllChannelsAndTheOutsideIsLikeTheImage() {
    Tensor outside = torch.zeros(2, 4, 8, 6);
    refuses(
        "shapes differ: x is [2, 4, 8, 6], so gate must be [2, 1, 8, 6], is [2, 4, 8, 6]",
        composed(torch.zeros(2, 4, 8, 6), outside),
        PLAIN);
    refuses(
        "shapes differ: x is [2, 4, 8, 6], so gate must be [2, 1, 8, 6], is [2, 8, 6]",
        composed(torch.zeros(2, 8, 6), outside),
        PLAIN);
    refuses(
        "gate must be float32 (Float), is Bool",
        composed(torch.zeros(2, 1, 8, 6).to(ScalarType.Bool), outside),
        PLAIN);
    refuses(
        "shapes differ: x is [2, 4, 8, 6], outside is [2, 1, 8, 6]",
        composed(torch.zeros(2, 1, 8, 6), torch.zeros(2, 1, 8, 6)),
        PLAIN);
    var e =
        assertThrows(
            NullPointerException.class, () -> new Composition(torch.zeros(2, 1, 8, 6), null));
    assertEquals("outside", e.getMessage());
  }

  private StepOutputs composed(Tensor gate, Tensor outside) {
    return StepOutputs.next(next).composedWith(new Composition(gate, outside));
  }

  @Test
  void resultsAreNotExpandedViews() {
    refuses(
        "predX0 is written, so it cannot be an expanded view: [2, 4, 8, 6] with strides [0, 48, 6,"
            + " 1]",
        StepOutputs.withPredX0(next, torch.zeros(1, 4, 8, 6).expand(2, 4, 8, 6)),
        PLAIN);
  }

  @Test
  void resultsShareNoMemory() {
    refuses(
        "next is written and shares its memory with modelOutput", StepOutputs.next(output), PLAIN);
    refuses(
        "next is written and shares its memory with predX0",
        StepOutputs.withPredX0(next, next),
        PLAIN);
    Tensor gate = torch.zeros(2, 1, 8, 6);
    refuses("next is written and shares its memory with outside", composed(gate, next), PLAIN);
    refuses(
        "predX0 is written and shares its memory with x", StepOutputs.withPredX0(next, x), PLAIN);
  }

  @Test
  void aStepInPlaceHasTheStridesOfItsInput() {
    x = torch.zeros(2, 4, 6, 6);
    output = torch.zeros(2, 4, 6, 6);
    refuses(
        "next lies where x does, but with other strides: x has [144, 36, 6, 1], next has [144, 36,"
            + " 1, 6]",
        StepOutputs.next(x.transpose(2, 3)),
        PLAIN);
  }

  @Test
  void coefficientsThatWouldDivideByZeroAreRefused() {
    var clamp =
        assertThrows(
            IllegalArgumentException.class,
            () -> coefficients(Estimate.X, new Level(1, 0), true, 0));
    assertEquals(
        "clamping x0 re-derives ε by dividing by noise = √(1 − ᾱ): noise must be > 0, is 0.0",
        clamp.getMessage());
    var guided =
        assertThrows(
            IllegalArgumentException.class,
            () -> coefficients(Estimate.X, new Level(0, 1), false, 5));
    assertEquals(
        "guidance re-derives x0 by dividing by signal = √ᾱ: signal must be > 0, is 0.0",
        guided.getMessage());
    var nan =
        assertThrows(
            IllegalArgumentException.class,
            () -> coefficients(new Estimate(1, 1e39), new Level(1, 0), false, 0));
    assertEquals("x0.fromOutput must be a finite float, is 1.0E39", nan.getMessage());
  }

  private void refuses(String message, StepOutputs out, StepCoefficients c) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Kernels.of(Device.CPU).denoiseStep(x, output, null, null, c, out));
    assertEquals(message, e.getMessage());
  }

  private void refuses(
      String message, Tensor x, Tensor output, Tensor gradient, Tensor noise, StepCoefficients c) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Kernels.of(Device.CPU)
                    .denoiseStep(x, output, gradient, noise, c, StepOutputs.next(next)));
    assertEquals(message, e.getMessage());
    assertEquals(7f, next.max().item_float(), "nothing is written");
    assertEquals(7f, next.min().item_float(), "nothing is written");
  }

  private static StepCoefficients coefficients(
      boolean clamp, double guidance, boolean learned, double meanGuidance, double noiseScale) {
    return new StepCoefficients(
        new Estimate(1, -1),
        Estimate.OUTPUT,
        new Level(0.7, 0.7),
        clamp,
        guidance,
        learned ? new VarianceRange(-5, -4) : null,
        Next.x0(1).plusGradient(meanGuidance).plusNoise(noiseScale));
  }

  private static StepCoefficients coefficients(
      Estimate x0, Level level, boolean clamp, double guidance) {
    return new StepCoefficients(x0, Estimate.OUTPUT, level, clamp, guidance, null, Next.x0(1));
  }
}
