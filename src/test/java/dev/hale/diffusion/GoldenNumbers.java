package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.Device;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.TensorAssert;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;

/** Inputs and what the reference computed from them, with the diffusion that they belong to. */
final class GoldenNumbers implements AutoCloseable {
  static final double ONE_CALL = 1e-4;
  static final double LOOP = 1e-3;

  private final Checkpoint numbers;
  final GaussianDiffusion diffusion;

  GoldenNumbers(Path file) {
    numbers = Checkpoint.read(file);
    int steps = Integer.parseInt(metadata("diffusion_steps"));
    diffusion =
        new GaussianDiffusion(
            new DiffusionChain(
                NoiseSchedule.named(metadata("schedule"), steps),
                ReferenceSpacing.parse(metadata("respacing"), steps)),
            Prediction.EPSILON,
            Variance.LEARNED_RANGE);
  }

  String metadata(String key) {
    return numbers.metadata().get(key);
  }

  double classifierScale() {
    return Double.parseDouble(metadata("classifier_scale"));
  }

  Tensor get(String name) {
    return numbers.get(name);
  }

  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }

  /** That no number is further from the reference's than this share of its largest. */
  void assertAgrees(String name, Tensor actual, double tolerance) {
    Tensor expected = get(name);
    double scale = expected.abs().max().item_double();
    double difference = TensorAssert.largestDifference(expected, actual);
    assertTrue(
        difference <= tolerance * scale,
        "%s: largest difference %.3g of largest value %.3g".formatted(name, difference, scale));
  }

  @Override
  public void close() {
    numbers.close();
  }
}
