package dev.hale.benchmarks;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One call of the demo's U-Net for 16 images, in both layouts, beside large convolutions. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class NetworkBenchmark {
  private UNet unet;
  private UNet lastUnet;
  private Tensor x;
  private Tensor lastX;
  private Tensor timesteps;
  private Tensor labels;
  private Tensor wide;
  private Tensor wideWeight;
  private Tensor wideHalf;
  private Tensor wideWeightHalf;

  /** Reads the model from the system property {@code model}. */
  @Setup
  public void network() {
    Path file = Path.of(System.getProperty("model", "models/demo"), "diffusion.safetensors");
    NetworkFile read = NetworkFile.readUNet(file);
    unet = read.unet();
    Parameters last = read.parameters().channelsLast();
    lastUnet = new UNet(unet.config(), last);
    int side = unet.config().backbone().imageSize();
    torch.manual_seed(1);
    x = torch.randn(16, unet.config().backbone().inChannels(), side, side);
    lastX = x.contiguous(torch.MemoryFormat.ChannelsLast);
    timesteps = torch.full(new long[] {16}, new Scalar(200)).to(torch.ScalarType.Long);
    labels = torch.full(new long[] {16}, new Scalar(0)).to(torch.ScalarType.Long);
    wide = torch.randn(8, 128, 64, 64);
    wideWeight = torch.randn(128, 128, 3, 3);
    wideHalf = half(wide);
    wideWeightHalf = half(wideWeight);
  }

  /** Contiguous. */
  @Benchmark
  public void unet() {
    call(unet, x);
  }

  /** Channels-last. */
  @Benchmark
  public void unetChannelsLast() {
    call(lastUnet, lastX);
  }

  private void call(UNet network, Tensor images) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      network.forward(images, timesteps, labels);
    }
  }

  private static Tensor half(Tensor tensor) {
    return tensor.to(torch.ScalarType.BFloat16).contiguous(torch.MemoryFormat.ChannelsLast);
  }

  /** 9.66 GFLOP: 3×3, 128 to 128 channels, 8 images of 64 × 64. */
  @Benchmark
  public void largeConvolution() {
    convolve(wide, wideWeight);
  }

  /** The same in bfloat16, channels-last. */
  @Benchmark
  public void largeConvolutionBf16() {
    convolve(wideHalf, wideWeightHalf);
  }

  /** The large convolution with its derivatives by images and weight. */
  @Benchmark
  public void trainLargeConvolution() {
    differentiate(wide, wideWeight);
  }

  /** The same in bfloat16, channels-last. */
  @Benchmark
  public void trainLargeConvolutionBf16() {
    differentiate(wideHalf, wideWeightHalf);
  }

  private static void differentiate(Tensor images, Tensor weight) {
    try (Scope scope = new Scope()) {
      Tensor x = images.detach().requires_grad_(true);
      Tensor w = weight.detach().requires_grad_(true);
      Tensor y = convolution(x, w);
      y.backward(torch.ones_like(y), new BoolOptional(false), false, new TensorArrayRefOptional());
    }
  }

  private static void convolve(Tensor images, Tensor weight) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      convolution(images, weight);
    }
  }

  private static Tensor convolution(Tensor images, Tensor weight) {
    long[] ones = {1, 1};
    return torch.conv2d(images, weight, new TensorOptional(), ones, ones, ones, 1);
  }
}
