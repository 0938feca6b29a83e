package dev.hale.app.recipe;

import dev.hale.model.FixedPointGanConfig;
import dev.hale.scan.Preprocessing;

/**
 * What a configuration says of the layout of a Fixed-Point GAN; image size and channels come from
 * the data.
 *
 * @param generatorFilters width of the generator's first layer, at least 1; 64 as published
 * @param residualBlocks of the generator, at least 0; 6 as published
 * @param discriminatorFilters width of the discriminator's first layer, at least 1; 64 as published
 * @param discriminatorLevels convolutions that each halve the resolution, at least 1; 6 as
 *     published, for images of 256 pixels
 */
public record FixedPointGanSettings(
    int generatorFilters, int residualBlocks, int discriminatorFilters, int discriminatorLevels) {
  /** What a configuration that is silent gets. */
  public static final FixedPointGanSettings DEFAULT = new FixedPointGanSettings(16, 4, 16, 4);

  public FixedPointGanSettings {
    atLeast("generator_filters", generatorFilters, 1);
    atLeast("residual_blocks", residualBlocks, 0);
    atLeast("discriminator_filters", discriminatorFilters, 1);
    atLeast("discriminator_levels", discriminatorLevels, 1);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d, expected %d or more".formatted(name, value, least));
    }
  }

  /** The layout for images. */
  public FixedPointGanConfig config(Preprocessing images) {
    return new FixedPointGanConfig(
        images.imageSize(),
        images.channels().size(),
        generatorFilters,
        residualBlocks,
        discriminatorFilters,
        discriminatorLevels);
  }
}
