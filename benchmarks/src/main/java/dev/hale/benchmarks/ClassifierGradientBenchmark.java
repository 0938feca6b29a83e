package dev.hale.benchmarks;

import dev.hale.diffusion.ClassifierGuidance;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.ClassifierConfig.Pool;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The gradient that guides decoding: recorded by LibTorch in planes, or as detection takes it. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class ClassifierGradientBenchmark {
  /**
   * The demo's for 16 images of 96 × 96, or the paper's with random weights for one of 256 × 256.
   */
  @Param({"demo", "paper"})
  public String network;

  private NoisyClassifier planes;
  private ClassifierGuidance guidance;
  private Tensor x;
  private Tensor timesteps;

  /** Reads or draws the weights. */
  @Setup
  public void classifier() {
    torch.manual_seed(1);
    boolean demo = network.equals("demo");
    NetworkFile read =
        NetworkFile.readClassifier(
            Path.of(System.getProperty("model", "models/demo"), "classifier.safetensors"));
    ClassifierConfig config = demo ? read.section("network", ClassifierConfig.class) : paper();
    Parameters parameters = demo ? read.parameters() : NoisyClassifier.initialise(config);
    planes = new NoisyClassifier(config, parameters);
    guidance = new ClassifierGuidance(new NoisyClassifier(config, parameters.channelsLast()), 0);
    int count = demo ? 16 : 1;
    int side = config.backbone().imageSize();
    x = torch.randn(count, config.backbone().inChannels(), side, side);
    timesteps = torch.full(new long[] {count}, new Scalar(200)).to(torch.ScalarType.Long);
  }

  private static ClassifierConfig paper() {
    Backbone backbone =
        new Backbone(
            256,
            4,
            32,
            4,
            List.of(1.0, 1.0, 2.0, 2.0, 4.0, 4.0),
            List.of(8, 16, 32),
            1,
            64,
            true,
            true,
            false,
            0);
    return new ClassifierConfig(backbone, Pool.ATTENTION, 2);
  }

  /** One graph, of LibTorch's. */
  @Benchmark
  public void recorded() {
    try (Scope scope = new Scope()) {
      Tensor input = x.detach().requires_grad_(true);
      Tensor logProbabilities = torch.log_softmax(planes.forward(input, timesteps), 1);
      torch.grad(new TensorVector(logProbabilities.select(1, 0).sum()), new TensorVector(input));
    }
  }

  /** Channels-last, with native normalisations both ways. */
  @Benchmark
  public void guidance() {
    try (Scope scope = new Scope()) {
      guidance.gradient(x, timesteps);
    }
  }
}
