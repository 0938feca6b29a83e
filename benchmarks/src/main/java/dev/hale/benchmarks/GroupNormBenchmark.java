package dev.hale.benchmarks;

import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.FusedGroupNorm;
import java.util.Arrays;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Group normalisation in 32 groups followed by SiLU, channels-last: one kernel, or LibTorch's two;
 * and the derivative by its input.
 */
public class GroupNormBenchmark extends KernelBenchmark {
  private static final int GROUPS = 32;
  private static final double EPSILON = 1e-5;

  /** N, C, H and W: three of the demo's sizes, and the paper's first. */
  @Param({"16x64x96x96", "16x64x48x48", "16x128x24x24", "1x128x256x256"})
  public String shape;

  /** Of the elements. */
  @Param({"float32", "bf16"})
  public String precision;

  private Tensor x;
  private Tensor gradient;
  private Recorded last;
  private Recorded planes;
  private Tensor weight;
  private Tensor bias;
  private FusedGroupNorm norm;

  /** Fresh features. */
  @Setup
  public void features() {
    torch.manual_seed(1);
    long[] sizes = Arrays.stream(shape.split("x")).mapToLong(Long::parseLong).toArray();
    torch.ScalarType type = Precision.parse(precision).scalarType();
    x = torch.randn(sizes).to(type).contiguous(torch.MemoryFormat.ChannelsLast);
    weight = torch.randn(sizes[1]).to(type);
    bias = torch.randn(sizes[1]).to(type);
    norm = FusedGroupNorm.of(GROUPS, EPSILON, weight, bias, true);
    Tensor flowing = torch.randn(sizes).to(type);
    gradient = flowing.contiguous(torch.MemoryFormat.ChannelsLast);
    last = recorded(x, gradient);
    planes = recorded(x.contiguous(), flowing);
  }

  private record Recorded(Tensor in, Tensor out, Tensor gradient) {}

  private Recorded recorded(Tensor features, Tensor flowing) {
    Tensor in = features.detach().requires_grad_(true);
    return new Recorded(in, torch.silu(normalised(in)), flowing);
  }

  private Tensor normalised(Tensor in) {
    return torch.group_norm(
        in, GROUPS, new TensorOptional(weight), new TensorOptional(bias), EPSILON, false);
  }

  /** Ours. */
  @Benchmark
  public void fused() {
    try (Scope scope = new Scope()) {
      kernels.groupNorm(x, norm, torch.empty_like(x));
    }
  }

  /** group_norm, then silu. */
  @Benchmark
  public void libTorch() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      torch.silu(normalised(x));
    }
  }

  /** Our derivative. */
  @Benchmark
  public void fusedBackward() {
    try (Scope scope = new Scope()) {
      kernels.groupNormBackward(x, norm, gradient, torch.empty_like(x), null);
    }
  }

  /** LibTorch's, of SiLU and then of the normalisation. */
  @Benchmark
  public void libTorchBackward() {
    differentiate(last);
  }

  /** The same of features that lie in planes (NCHW), which LibTorch is quicker at. */
  @Benchmark
  public void libTorchBackwardInPlanes() {
    differentiate(planes);
  }

  private static void differentiate(Recorded graph) {
    try (Scope scope = new Scope()) {
      torch.grad(
          new TensorVector(graph.out),
          new TensorVector(graph.in),
          new TensorVector(graph.gradient),
          new BoolOptional(true),
          false,
          false);
    }
  }
}
