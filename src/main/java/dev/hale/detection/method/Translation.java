package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.StepObserver;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.FixedPointGenerator;
import dev.hale.model.NetworkFile;
import dev.hale.model.VaeConfig;
import dev.hale.model.VariationalAutoencoder;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Healthy images from one call of a network: reconstructed by a variational autoencoder that has
 * seen only healthy ones, or translated to the class "healthy" by a Fixed-Point GAN.
 *
 * @param network from {@code [N, C, S, S]} to the same
 * @param preprocessing of its training images
 */
record Translation(UnaryOperator<Tensor> network, Preprocessing preprocessing, Parameters owned)
    implements HealthyImages, AutoCloseable {
  private static final ChainStep ONLY_STEP = new ChainStep(0, 1, 1, 1, Double.NaN, 0, 1);

  static Translation vae(Path file, DetectorOptions options) {
    try (NetworkFile read = NetworkFile.readVae(file)) {
      Parameters weights =
          DiffusionModel.place(read.parameters(), options.device(), options.precision());
      VariationalAutoencoder vae =
          new VariationalAutoencoder(read.section("network", VaeConfig.class), weights);
      return new Translation(
          vae::reconstruct, read.section("preprocessing", Preprocessing.class), weights);
    }
  }

  static Translation fixedPointGan(Path file, DetectorOptions options) {
    try (NetworkFile read = NetworkFile.readGenerator(file)) {
      Parameters weights =
          DiffusionModel.place(read.parameters(), options.device(), options.precision());
      FixedPointGenerator generator =
          new FixedPointGenerator(read.section("network", FixedPointGanConfig.class), weights);
      return new Translation(
          x -> generator.translate(x, DiffusionModel.HEALTHY),
          read.section("preprocessing", Preprocessing.class),
          weights);
    }
  }

  @Override
  public int steps() {
    return 1;
  }

  @Override
  public Tensor healthy(SliceBatch batch, StepObserver observer) {
    try (Scope scope = new Scope()) {
      Tensor healthy = network.apply(batch.images());
      observer.onStep(ONLY_STEP, healthy);
      return scope.keep(healthy);
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
