package dev.hale.engine.kernels;

import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.lang.ref.Reference;
import org.bytedeco.pytorch.Tensor;

/** The call of the native denoising step: how it is told what {@link StepArguments} has checked. */
final class StepCall {
  private StepCall() {}

  static void run(
      KernelCode code,
      Tensor x,
      Tensor modelOutput,
      Tensor gradientOrNull,
      Tensor noiseOrNull,
      StepCoefficients c,
      StepOutputs out) {
    var on = new TensorArguments(code.device());
    StepArguments.check(on, x, modelOutput, gradientOrNull, noiseOrNull, c, out);
    try (KernelCall call = code.begin(x, on.index())) {
      var step = new NativeKernels.hale_step();
      for (int axis = 0; axis < 4; axis++) {
        step.size(axis, x.size(axis));
      }
      describe(x, step.x());
      describe(modelOutput, step.output());
      if (c.guided()) {
        describe(gradientOrNull, step.gradient());
      }
      if (c.noisy()) {
        describe(noiseOrNull, step.noise());
      }
      describe(out.next(), step.next());
      if (out.predX0() != null) {
        describe(out.predX0(), step.pred_x0());
      }
      Composition composition = out.composition();
      if (composition != null) {
        describe(composition.gate(), step.gate());
        describe(composition.outside(), step.outside());
      }
      try (Span span = Trace.span("fused step")) {
        call.denoiseStep(step, coefficients(c));
        if (span.isTraced()) {
          int arrays = 3 + (gradientOrNull == null ? 0 : 1) + (noiseOrNull == null ? 0 : 1);
          long elements = arrays * x.numel();
          if (composition != null) {
            elements += composition.outside().numel() + composition.gate().numel();
          }
          span.work((composition == null ? 10 : 13) * x.numel(), elements * Float.BYTES);
        }
      }
    } finally {
      // The kernel sees addresses only: the tensors must not be collected before it is done.
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(modelOutput);
      Reference.reachabilityFence(gradientOrNull);
      Reference.reachabilityFence(noiseOrNull);
      Reference.reachabilityFence(out);
    }
  }

  private static void describe(Tensor tensor, NativeKernels.hale_tensor to) {
    to.data(tensor.data_ptr_float());
    for (int axis = 0; axis < 4; axis++) {
      to.stride(axis, tensor.stride(axis));
    }
  }

  private static NativeKernels.hale_step_coefficients coefficients(StepCoefficients c) {
    return new NativeKernels.hale_step_coefficients()
        .x0_from_x((float) c.x0().fromX())
        .x0_from_output((float) c.x0().fromOutput())
        .eps_from_x((float) c.eps().fromX())
        .eps_from_output((float) c.eps().fromOutput())
        .signal((float) c.level().signal())
        .inverse_signal(inverse(c.level().signal()))
        .noise((float) c.level().noise())
        .inverse_noise(inverse(c.level().noise()))
        .guidance((float) c.guidance())
        .min_log_variance(c.learnedVariance() ? (float) c.learned().minLog() : 0)
        .max_log_variance(c.learnedVariance() ? (float) c.learned().maxLog() : 0)
        .next_from_x0((float) c.next().fromX0())
        .next_from_x((float) c.next().fromX())
        .next_from_eps((float) c.next().fromEps())
        .mean_guidance((float) c.next().fromGradient())
        .noise_scale((float) c.next().fromNoise())
        .clamp(c.clamp() ? 1 : 0)
        .learned_variance(c.learnedVariance() ? 1 : 0);
  }

  /** StepCoefficients has made sure that an inverse that is used is finite. */
  private static float inverse(double value) {
    return value == 0 ? 0 : (float) (1 / value);
  }
}
