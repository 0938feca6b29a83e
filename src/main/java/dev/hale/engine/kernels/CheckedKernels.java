package dev.hale.engine.kernels;

import dev.hale.engine.Precision;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bytedeco.pytorch.Tensor;

/**
 * All kernels of one kind of processor behind one wall: arguments are checked, tensors described to
 * the native structures, and only then does native code run. Each call is a span; that of the step
 * says how much it did, that of the normalisation is the network's.
 */
final class CheckedKernels implements Kernels {
  private static final Logger LOG = Logger.getLogger(CheckedKernels.class.getName());

  private final KernelCode code;
  private final AtomicBoolean told = new AtomicBoolean();

  CheckedKernels(KernelCode code) {
    this.code = code;
  }

  @Override
  public String implementation() {
    return code.implementation();
  }

  @Override
  public Precision usable(Precision wanted) {
    if (wanted != Precision.BF16 || code.hasBf16()) {
      return wanted;
    }
    if (!told.getAndSet(true)) {
      LOG.log(
          Level.WARNING,
          "networks compute in float32: bf16 would not be quicker on this processor, {0}",
          implementation());
    }
    return Precision.FLOAT32;
  }

  @Override
  public void denoiseStep(
      Tensor x,
      Tensor modelOutput,
      Tensor gradientOrNull,
      Tensor noiseOrNull,
      StepCoefficients c,
      StepOutputs out) {
    StepCall.run(code, x, modelOutput, gradientOrNull, noiseOrNull, c, out);
  }

  @Override
  public void groupNorm(Tensor x, FusedGroupNorm norm, Tensor out) {
    GroupNormCall.run(code, x, norm, out);
  }

  @Override
  public void groupNormBackward(
      Tensor x, FusedGroupNorm norm, Tensor gradient, Tensor out, Tensor byParametersOrNull) {
    GroupNormCall.runBackward(code, x, norm, gradient, out, byParametersOrNull);
  }

  @Override
  public void pathPoints(Tensor x, Tensor baselineOrNull, float[] alphas, Tensor out) {
    try (Span span = Trace.span("path points")) {
      AttributionCalls.pathPoints(code, x, baselineOrNull, alphas, out);
    }
  }

  @Override
  public void accumulate(
      Tensor gradient, Tensor xOrNull, Tensor baselineOrNull, float[] weights, Tensor sum) {
    try (Span span = Trace.span("accumulation")) {
      AttributionCalls.accumulate(code, gradient, xOrNull, baselineOrNull, weights, sum);
    }
  }

  @Override
  public double[] constraint(
      Tensor attribution, Tensor maskOrNull, AttributionPenalty penalty, Tensor derivativeOrNull) {
    try (Span span = Trace.span("attribution constraint")) {
      return AttributionCalls.constrain(code, attribution, maskOrNull, penalty, derivativeOrNull);
    }
  }

  @Override
  public void attributionMap(
      Tensor attribution, Tensor maskOrNull, AttributionMapOptions options, Tensor out) {
    try (Span span = Trace.span("attribution map")) {
      AttributionCalls.map(code, attribution, maskOrNull, options, out);
    }
  }

  @Override
  public MapHistogram[] histograms(Tensor maps, Tensor maskOrNull, int bins) {
    try (Span span = Trace.span("histograms")) {
      return MapCalls.histograms(code, maps, maskOrNull, bins);
    }
  }

  @Override
  public float[] select(Tensor maps, Tensor maskOrNull, long[] ranks) {
    try (Span span = Trace.span("selection")) {
      return MapCalls.select(code, maps, maskOrNull, ranks);
    }
  }

  @Override
  public void above(Tensor maps, Tensor maskOrNull, double[] thresholds, Tensor out) {
    try (Span span = Trace.span("threshold")) {
      MapCalls.above(code, maps, maskOrNull, thresholds, out);
    }
  }
}
