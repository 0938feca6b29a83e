package dev.hale.benchmarks;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.method.Methods;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole detection, encoding and decoding included, of 8 slices of a phantom by the demo's model.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class DetectionBenchmark {
  /** How many in all. */
  static final int SLICES = 8;

  /** Of the networks. */
  @Param({"float32", "bf16"})
  public String precision;

  /** 0 for as many as there are threads, in small batches; 1 for one batch on all threads. */
  @Param({"0", "1"})
  public int workers;

  private SliceDetector detector;
  private float[][] images;
  private byte[][] brains;

  /** Reads the model from the system property {@code model}. */
  @Setup
  public void model() {
    Path model = Path.of(System.getProperty("model", "models/demo"));
    int batch = workers == 1 ? SLICES : DetectorOptions.defaults().batchSize();
    detector =
        new SliceDetector(
            model,
            DetectorConfig.read(model, Methods.named("counterfactual")),
            new DetectorOptions(Device.CPU, Precision.parse(precision), batch, 1, workers));
    PhantomSubject subject = Phantom.subject(Pathology.GLIOMA, 0);
    var prepared = detector.preprocessing().prepare(subject.scan(), subject.brain());
    int first = (prepared.images().length - SLICES) / 2;
    images = Arrays.copyOfRange(prepared.images(), first, first + SLICES);
    brains = Arrays.copyOfRange(prepared.masks(), first, first + SLICES);
  }

  /** The maps. */
  @Benchmark
  public float[][] detection() {
    return detector.maps(images, brains, (done, total) -> {});
  }

  /** Frees the networks. */
  @TearDown
  public void close() {
    detector.close();
  }
}
