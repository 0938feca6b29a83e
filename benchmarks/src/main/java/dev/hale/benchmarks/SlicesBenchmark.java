package dev.hale.benchmarks;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import java.util.Arrays;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * 16 raw slices of 4 channels as a network's images, channels last, a sixteenth of each side being
 * padding (240 × 240 in 256 × 256, as published for BraTS), beside LibTorch's chain for the same.
 */
public class SlicesBenchmark extends KernelBenchmark {
  private static final int IMAGES = 16;
  private static final int CHANNELS = 4;
  private static final StepCoefficients DDIM =
      new StepCoefficients(
          new StepCoefficients.Estimate(1.4, -1),
          StepCoefficients.Estimate.OUTPUT,
          new StepCoefficients.Level(0.7, 0.7),
          false,
          0,
          null,
          StepCoefficients.Next.x0(0.8).plusEps(0.6));

  /** Side of the images. */
  @Param({"96", "256"})
  public int side;

  /** Of the images. */
  @Param({"bf16", "float32"})
  public String precision;

  private ScalarType type;
  private double[] lower;
  private double[] upper;
  private Tensor slices;
  private Tensor mask;
  private Tensor outside;
  private Tensor from;
  private Tensor gain;
  private Tensor images;
  private Tensor prepared;
  private Tensor arranged;
  private Tensor output;
  private Tensor next;
  private Tensor planarNext;
  private double[] one;
  private double[] minusOne;

  /** Fresh slices, and a brain that is half of each. */
  @Setup
  public void slices() {
    torch.manual_seed(1);
    type = precision.equals("bf16") ? ScalarType.BFloat16 : ScalarType.Float;
    int inner = side - side / 16;
    lower = new double[IMAGES * CHANNELS];
    upper = new double[IMAGES * CHANNELS];
    Arrays.fill(lower, 100);
    Arrays.fill(upper, 900);
    slices = torch.rand(IMAGES, CHANNELS, inner, inner).mul(new Scalar(1000.0));
    mask = torch.rand(IMAGES, inner, inner).gt(new Scalar(0.5));
    outside = mask.logical_not().unsqueeze(1);
    from = torch.full(new long[] {IMAGES, CHANNELS, 1, 1}, new Scalar(100f));
    gain = torch.full(new long[] {IMAGES, CHANNELS, 1, 1}, new Scalar(2f / 800));
    images =
        torch.empty(
            new long[] {IMAGES, CHANNELS, side, side},
            new TensorOptions(type),
            new MemoryFormatOptional(MemoryFormat.ChannelsLast));
    prepared = torch.rand(IMAGES, CHANNELS, side, side);
    arranged = prepared.contiguous(MemoryFormat.ChannelsLast).clone();
    output = prepared.contiguous(MemoryFormat.ChannelsLast);
    next = torch.empty_like(output);
    planarNext = torch.empty_like(prepared);
    one = new double[lower.length];
    Arrays.fill(one, 1);
    minusOne = Arrays.stream(one).map(value -> -value).toArray();
  }

  /** Scaled, masked, padded and cast, ours. */
  @Benchmark
  public void raw() {
    kernels.prepareSlices(slices, mask, lower, upper, images);
  }

  /** The same, operation by operation, the last of which casts and arranges at once. */
  @Benchmark
  public void rawChain() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor scaled = slices.sub(from).mul(gain).sub(new Scalar(1.0));
      Tensor clamped = scaled.clamp_min(new Scalar(-1.0)).clamp_max(new Scalar(1.0));
      long before = (side / 16) / 2;
      long after = side / 16 - before;
      torch
          .constant_pad_nd(
              clamped.masked_fill(outside, new Scalar(-1.0)),
              new long[] {before, after, before, after},
              new Scalar(-1.0))
          .to(type, false, false, new MemoryFormatOptional(MemoryFormat.ChannelsLast));
    }
  }

  /** Slices that are prepared already, channels last, ours: what detection does. */
  @Benchmark
  public void arrange() {
    kernels.prepareSlices(prepared, null, minusOne, one, arranged);
  }

  /** The same by LibTorch. */
  @Benchmark
  public void arrangeByLibTorch() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      prepared.contiguous(MemoryFormat.ChannelsLast);
    }
  }

  /** What a step does around the network, whose output has channels last, as its images have. */
  @Benchmark
  public void step() {
    kernels.denoiseStep(arranged, output, null, null, DDIM, StepOutputs.next(next));
  }

  /** The same where images are planar, and arranged anew for each call of the network. */
  @Benchmark
  public void stepOfPlanarImages() {
    arrangeByLibTorch();
    kernels.denoiseStep(prepared, output, null, null, DDIM, StepOutputs.next(planarNext));
  }
}
