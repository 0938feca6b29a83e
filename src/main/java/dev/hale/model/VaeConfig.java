package dev.hale.model;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.engine.CheckpointException;
import java.util.List;

/**
 * Layout of a {@link VariationalAutoencoder}, and how its two losses are weighed.
 *
 * @param imageSize side of the square images in pixels; a multiple of {@link #totalStride()}
 * @param inChannels image channels
 * @param filters width of each level, multiples of 8; each level halves the resolution
 * @param latentSize numbers in the latent code, from 1 to those in an image
 * @param beta weight of the KL divergence, 0 or more; β = 2σ² is the evidence lower bound of a
 *     decoder with normal noise of variance σ² on each value
 */
@JsonNaming(SnakeCaseStrategy.class)
public record VaeConfig(
    int imageSize, int inChannels, List<Integer> filters, int latentSize, double beta) {
  static final int GROUPS = 8;

  public VaeConfig {
    filters = List.copyOf(filters);
    require(inChannels > 0, "%d channels, expected at least 1", inChannels);
    require(
        !filters.isEmpty() && filters.size() < 12, "%d filters, expected 1 to 11", filters.size());
    for (int width : filters) {
      require(width > 0 && width % GROUPS == 0, "filters has %d, expected multiples of 8", width);
    }
    int stride = 1 << filters.size();
    if (imageSize < stride || imageSize % stride != 0) {
      throw new CheckpointException(
          "network layout: image size %d is not a multiple of %d, the stride of %d filters"
              .formatted(imageSize, stride, filters.size()));
    }
    int values = inChannels * imageSize * imageSize;
    if (latentSize < 1 || latentSize > values) {
      throw new CheckpointException(
          "network layout: latent_size is %d, expected 1 to %d, the values of an image"
              .formatted(latentSize, values));
    }
    if (!(beta >= 0 && Double.isFinite(beta))) {
      throw new CheckpointException(
          "network layout: beta is %s, expected 0 or more".formatted(beta));
    }
  }

  private static void require(boolean holds, String message, int value) {
    if (!holds) {
      throw new CheckpointException("network layout: " + message.formatted(value));
    }
  }

  /** Input pixels per pixel of the deepest level. */
  public int totalStride() {
    return 1 << filters.size();
  }
}
