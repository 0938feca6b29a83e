package dev.hale.model;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.engine.CheckpointException;

/**
 * Layout of a {@link FixedPointGenerator} and of the {@link PatchDiscriminator} that it learns
 * against.
 *
 * @param imageSize side of the square images in pixels; a multiple of 4, and of 2^{@code
 *     discriminatorLevels}
 * @param inChannels image channels
 * @param generatorFilters width of the generator's first layer; 64 as published
 * @param residualBlocks between its two halves; 6 as published
 * @param discriminatorFilters width of the discriminator's first layer; 64 as published
 * @param discriminatorLevels convolutions that each halve the resolution and, but for the first,
 *     double the width; 6 as published, for images of 256 pixels
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FixedPointGanConfig(
    int imageSize,
    int inChannels,
    int generatorFilters,
    int residualBlocks,
    int discriminatorFilters,
    int discriminatorLevels) {

  private static final int GENERATOR_STRIDE = 4;

  public FixedPointGanConfig {
    atLeast("in_channels", inChannels, 1);
    atLeast("generator_filters", generatorFilters, 1);
    atLeast("residual_blocks", residualBlocks, 0);
    atLeast("discriminator_filters", discriminatorFilters, 1);
    atLeast("discriminator_levels", discriminatorLevels, 1);
    int stride = discriminatorLevels > 16 ? Integer.MAX_VALUE : 1 << discriminatorLevels;
    if (imageSize < stride || imageSize % stride != 0 || imageSize % GENERATOR_STRIDE != 0) {
      throw new CheckpointException(
          "network layout: image size %d is not a multiple of %d and 4, the strides of %d discriminator levels and of the generator"
              .formatted(imageSize, stride, discriminatorLevels));
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new CheckpointException(
          "network layout: %s is %d, expected %d or more".formatted(name, value, least));
    }
  }
}
