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
import java.nio.file.Path;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The networks of Fixed-Point GAN as they are before they have learnt anything. */
class FixedPointGeneratorTest {
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

  @ParameterizedTest
  @CsvSource({"8, 1, 3", "16, 3, 2", "12, 4, 1"})
  void shapesAreThoseOfTheImages(int side, int channels, int levels) {
    FixedPointGanConfig config = new FixedPointGanConfig(side, channels, 4, 2, 8, levels);
    try (Parameters parameters = PatchDiscriminator.initialiseBoth(config)) {
      Tensor x = torch.rand(3, channels, side, side);
      Tensor there = new FixedPointGenerator(config, parameters).translate(x, 1);
      assertArrayEquals(x.shape(), there.shape());
      assertTrue(there.abs().max().item_double() <= 1);
      var verdict = new PatchDiscriminator(config, parameters).forward(there);
      long patches = side >> levels;
      assertArrayEquals(new long[] {3, 1, patches, patches}, verdict.realness().shape());
      assertArrayEquals(new long[] {3}, verdict.domain().shape());
    }
  }

  @Test
  void withPublishedSettingsItHasThePublishedSize() {
    FixedPointGanConfig published = new FixedPointGanConfig(128, 3, 64, 6, 64, 6);
    long count =
        FixedPointGenerator.shapes(published).values().stream()
            .mapToLong(
                shape -> {
                  long product = 1;
                  for (long size : shape) {
                    product *= size;
                  }
                  return product;
                })
            .sum();
    // StarGAN's generator by layers, with one label channel: convolutions, then norms.
    long expected =
        49L * 4 * 64
            + 16L * 64 * 128
            + 16L * 128 * 256 // in and down
            + 12L * 9 * 256 * 256 // six residual blocks
            + 16L * 256 * 128
            + 16L * 128 * 64
            + 49L * 64 * 3 // up and out
            + 2L * (64 + 128 + 256 + 12 * 256 + 128 + 64);
    assertEquals(expected, count);
  }

  @Test
  void theLabelDecides() {
    FixedPointGanConfig config = new FixedPointGanConfig(8, 1, 4, 1, 8, 2);
    try (Parameters parameters = PatchDiscriminator.initialiseBoth(config)) {
      FixedPointGenerator generator = new FixedPointGenerator(config, parameters);
      Tensor x = torch.rand(2, 1, 8, 8);
      Tensor healthy = generator.translate(x, 0);
      Tensor diseased = generator.translate(x, 1);
      assertTrue(healthy.sub(diseased).abs().max().item_double() > 1e-3);
      Tensor mixed = generator.forward(x, torch.tensor(0L, 1L));
      assertClose(healthy.narrow(0, 0, 1), mixed.narrow(0, 0, 1), 1e-6);
      assertClose(diseased.narrow(0, 1, 1), mixed.narrow(0, 1, 1), 1e-6);
      assertThrows(IllegalArgumentException.class, () -> generator.translate(x, 2));
    }
  }

  /** What comes out of the layers is added to the image: without any, tanh of it is left. */
  @Test
  void aGeneratorOfZerosGivesTheTanhOfTheImage() {
    FixedPointGanConfig config = new FixedPointGanConfig(8, 1, 4, 1, 8, 2);
    try (Parameters parameters = PatchDiscriminator.initialiseBoth(config)) {
      parameters.get("generator.out.weight").mul_(new Scalar(0));
      Tensor x = torch.rand(2, 1, 8, 8);
      assertClose(torch.tanh(x), new FixedPointGenerator(config, parameters).translate(x, 0), 1e-7);
    }
  }

  @Test
  void aSavedGeneratorTranslatesTheSame() {
    FixedPointGanConfig config = new FixedPointGanConfig(8, 2, 4, 1, 8, 2);
    Path file = folder.resolve("fixed-point-gan.safetensors");
    Tensor x = torch.rand(2, 2, 8, 8);
    try (Parameters parameters = FixedPointGenerator.initialise(config)) {
      NetworkFile.write(file, parameters, NetworkFile.config("fixed-point-gan", config));
      try (NetworkFile read = NetworkFile.readGenerator(file)) {
        assertIdentical(
            new FixedPointGenerator(config, parameters).translate(x, 0),
            read.generator().translate(x, 0));
      }
    }
  }

  @Test
  void layoutsThatCannotBeAreRefused() {
    assertThrows(CheckpointException.class, () -> new FixedPointGanConfig(10, 1, 4, 1, 8, 1));
    assertThrows(CheckpointException.class, () -> new FixedPointGanConfig(8, 1, 4, 1, 8, 4));
    assertThrows(CheckpointException.class, () -> new FixedPointGanConfig(8, 1, 0, 1, 8, 2));
  }
}
