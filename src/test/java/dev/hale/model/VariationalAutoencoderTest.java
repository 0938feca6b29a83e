package dev.hale.model;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.VariationalAutoencoder.Posterior;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variational autoencoder as it is before it has learnt anything. */
class VariationalAutoencoderTest {
  private final Scope scope = new Scope();
  @TempDir Path folder;

  @BeforeEach
  void seed() {
    torch.manual_seed(1);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static VaeConfig config(int side, int channels) {
    return new VaeConfig(side, channels, List.of(8, 16), 5, 0.1);
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "16, 3", "4, 4", "24, 2"})
  void aReconstructionHasTheShapeOfItsImage(int side, int channels) {
    VaeConfig config = config(side, channels);
    try (Parameters parameters = VariationalAutoencoder.initialise(config)) {
      VariationalAutoencoder vae = new VariationalAutoencoder(config, parameters);
      Tensor x = torch.randn(3, channels, side, side);
      Tensor reconstruction = vae.reconstruct(x);
      assertArrayEquals(x.shape(), reconstruction.shape());
      assertTrue(reconstruction.isfinite().all().item_bool());
      assertArrayEquals(new long[] {3, 5}, vae.encode(x).logVariance().shape());
      assertIdentical(vae.decode(vae.encode(x).mean()), reconstruction);
    }
  }

  @Test
  void anImagesReconstructionDependsOnNoOtherImage() {
    VaeConfig config = config(8, 2);
    try (Parameters parameters = VariationalAutoencoder.initialise(config)) {
      VariationalAutoencoder vae = new VariationalAutoencoder(config, parameters);
      Tensor x = torch.randn(4, 2, 8, 8);
      Tensor alone = vae.reconstruct(x.narrow(0, 2, 1));
      assertClose(alone, vae.reconstruct(x).narrow(0, 2, 1), 1e-5);
    }
  }

  /** ½ (μ² + σ² − 1 − log σ²): 0 for the prior, by hand for μ = 1, σ² = e and μ = 2, σ² = 1. */
  @Test
  void theDivergenceIsTheOneWorkedByHand() {
    Tensor mean = torch.tensor(0f, 0f, 1f, 2f).view(2, 2);
    Tensor logVariance = torch.tensor(0f, 0f, 1f, 0f).view(2, 2);
    Tensor kl = new Posterior(mean, logVariance).kl();
    assertArrayEquals(new long[] {2}, kl.shape());
    assertEquals(0, kl.get(0).item_float());
    double expected = 0.5 * (1 + Math.E - 1 - 1) + 0.5 * (4 + 1 - 1 - 0);
    assertEquals(expected, kl.get(1).item_float(), 1e-6);
  }

  @Test
  void aSampleIsMeanPlusDeviationTimesNoise() {
    Tensor mean = torch.tensor(1f, 2f).view(1, 2);
    Tensor logVariance = torch.tensor((float) Math.log(4), (float) Math.log(9)).view(1, 2);
    Tensor sample = new Posterior(mean, logVariance).sample(torch.tensor(1f, -2f).view(1, 2));
    assertClose(torch.tensor(3f, -4f).view(1, 2), sample, 1e-6);
  }

  @Test
  void aSavedNetworkReconstructsTheSame() {
    VaeConfig config = config(8, 1);
    Path file = folder.resolve("vae.safetensors");
    Tensor x = torch.randn(2, 1, 8, 8);
    try (Parameters parameters = VariationalAutoencoder.initialise(config)) {
      NetworkFile.write(file, parameters, NetworkFile.config("vae", config));
      try (NetworkFile read = NetworkFile.readVae(file)) {
        assertEquals(config, read.vae().config());
        assertIdentical(
            new VariationalAutoencoder(config, parameters).reconstruct(x),
            read.vae().reconstruct(x));
      }
    }
    assertTrue(
        assertThrows(CheckpointException.class, () -> NetworkFile.readUNet(file))
            .getMessage()
            .endsWith("expected a unet, the file holds vae"));
  }

  @Test
  void imagesOfAnotherShapeAreRefusedByBothSides() {
    VaeConfig config = config(8, 1);
    try (Parameters parameters = VariationalAutoencoder.initialise(config)) {
      VariationalAutoencoder vae = new VariationalAutoencoder(config, parameters);
      Tensor x = torch.zeros(1, 2, 8, 8);
      assertEquals(
          "image shapes differ: model expects [N, 1, 8, 8], input has [1, 2, 8, 8]",
          assertThrows(IllegalArgumentException.class, () -> vae.reconstruct(x)).getMessage());
    }
  }

  @Test
  void layoutsThatCannotBeAreRefused() {
    assertRefused("image size 10 is not a multiple of 4", 10, List.of(8, 16), 5, 1);
    assertRefused("filters has 12, expected multiples of 8", 8, List.of(12), 5, 1);
    assertRefused("latent_size is 65, expected 1 to 64", 8, List.of(8), 65, 1);
    assertRefused("beta is -1.0, expected 0 or more", 8, List.of(8), 5, -1);
  }

  private static void assertRefused(
      String message, int side, List<Integer> filters, int latent, double beta) {
    String found =
        assertThrows(CheckpointException.class, () -> new VaeConfig(side, 1, filters, latent, beta))
            .getMessage();
    assertTrue(found.startsWith("network layout: " + message), found);
  }
}
