package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.lang.ref.Reference;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The kernels on the CPU: our C++ library, vectorised for the processor at hand. It runs on as many
 * threads as LibTorch does ({@code torch.get_num_threads()}), in LibTorch's own OpenMP runtime.
 */
final class CpuKernels implements Kernels {
  private static final CpuKernels INSTANCE = new CpuKernels();

  private CpuKernels() {}

  static CpuKernels instance() {
    try {
      NativeKernels.isa();
    } catch (LinkageError e) {
      throw new DeviceException(
          "hale's native library cannot be loaded on this machine: " + e.getMessage(), e);
    }
    return INSTANCE;
  }

  @Override
  public String implementation() {
    return "cpu (" + NativeKernels.isa() + ")";
  }

  @Override
  public void denoiseStep(
      Tensor x,
      Tensor modelOutput,
      Tensor gradientOrNull,
      Tensor noiseOrNull,
      StepCoefficients c,
      StepOutputs out) {
    StepArguments.check(x, modelOutput, gradientOrNull, noiseOrNull, c, out);
    // The scope frees the two structures here and now, rather than when the collector comes by.
    try (var scope = new PointerScope()) {
      var step = new NativeKernels.Step();
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
        describe(out.predX0(), step.predX0());
      }
      if (out.differenceMap() != null) {
        describe(out.reference(), step.reference());
        describeMap(out.differenceMap(), step.differenceMap());
      }
      try (Span span = Trace.span("fused step")) {
        NativeKernels.denoiseStep(step, coefficients(c), torch.get_num_threads());
        if (span.isTraced()) {
          int arrays = 3 + (gradientOrNull == null ? 0 : 1) + (noiseOrNull == null ? 0 : 1);
          span.work(10 * x.numel(), arrays * x.numel() * Float.BYTES);
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

  @Override
  public void groupNorm(Tensor x, GroupNorm norm, Tensor out) {
    CpuGroupNorm.run(x, norm, out);
  }

  @Override
  public void pathPoints(Tensor x, Tensor baselineOrNull, float[] alphas, Tensor out) {
    CpuAttribution.pathPoints(x, baselineOrNull, alphas, out);
  }

  @Override
  public void accumulate(
      Tensor gradient, Tensor xOrNull, Tensor baselineOrNull, float[] weights, Tensor sum) {
    CpuAttribution.accumulate(gradient, xOrNull, baselineOrNull, weights, sum);
  }

  @Override
  public double[] constraint(
      Tensor attribution, Tensor maskOrNull, AttributionPenalty penalty, Tensor derivativeOrNull) {
    return CpuAttribution.constrain(attribution, maskOrNull, penalty, derivativeOrNull);
  }

  @Override
  public void attributionMap(
      Tensor attribution, Tensor maskOrNull, AttributionMapOptions options, Tensor out) {
    CpuAttribution.map(attribution, maskOrNull, options, out);
  }

  @Override
  public MapHistogram[] histograms(Tensor maps, Tensor maskOrNull, int bins) {
    return CpuHistograms.histograms(maps, maskOrNull, bins);
  }

  @Override
  public float[] select(Tensor maps, Tensor maskOrNull, long[] ranks) {
    return CpuHistograms.select(maps, maskOrNull, ranks);
  }

  @Override
  public void above(Tensor maps, Tensor maskOrNull, double[] thresholds, Tensor out) {
    CpuHistograms.above(maps, maskOrNull, thresholds, out);
  }

  private static void describe(Tensor tensor, NativeKernels.StridedTensor to) {
    to.data(tensor.data_ptr_float());
    for (int axis = 0; axis < 4; axis++) {
      to.stride(axis, tensor.stride(axis));
    }
  }

  /** A map [N, H, W] has no channel axis; its stride there stays 0. */
  private static void describeMap(Tensor map, NativeKernels.StridedTensor to) {
    to.data(map.data_ptr_float());
    to.stride(0, map.stride(0));
    to.stride(2, map.stride(1));
    to.stride(3, map.stride(2));
  }

  private static NativeKernels.Coefficients coefficients(StepCoefficients c) {
    return new NativeKernels.Coefficients()
        .x0FromX((float) c.x0FromX())
        .x0FromOutput((float) c.x0FromOutput())
        .epsFromX((float) c.epsFromX())
        .epsFromOutput((float) c.epsFromOutput())
        .signal((float) c.signal())
        .inverseSignal(inverse(c.signal()))
        .noise((float) c.noise())
        .inverseNoise(inverse(c.noise()))
        .guidance((float) c.guidance())
        .minLogVariance((float) c.minLogVariance())
        .maxLogVariance((float) c.maxLogVariance())
        .nextFromX0((float) c.nextFromX0())
        .nextFromX((float) c.nextFromX())
        .nextFromEps((float) c.nextFromEps())
        .meanGuidance((float) c.meanGuidance())
        .noiseScale((float) c.noiseScale())
        .clamp(c.clamp() ? 1 : 0)
        .learnedVariance(c.learnedVariance() ? 1 : 0);
  }

  /** StepCoefficients has made sure that an inverse that is used is finite. */
  private static float inverse(double value) {
    return value == 0 ? 0 : (float) (1 / value);
  }
}
