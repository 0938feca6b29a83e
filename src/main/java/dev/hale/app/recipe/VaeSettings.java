package dev.hale.app.recipe;

import dev.hale.model.VaeConfig;
import dev.hale.scan.Preprocessing;
import java.util.List;

/**
 * What a configuration says of the variational autoencoder's network; image size and channels come
 * from the data.
 *
 * @param filters width of each level, multiples of 8; each level halves the resolution
 * @param latentSize numbers in the latent code, at least 1
 * @param beta weight of the KL divergence against the mean squared error, both a value of the
 *     image, 0 or more
 */
public record VaeSettings(List<Integer> filters, int latentSize, double beta) {
  /** What a configuration that is silent gets. */
  public static final VaeSettings DEFAULT = new VaeSettings(List.of(32, 64, 128), 128, 0.02);

  public VaeSettings {
    filters = List.copyOf(filters);
    for (int width : filters) {
      if (width < 8 || width % 8 != 0) {
        throw new IllegalArgumentException(
            "filters has %d, expected multiples of 8".formatted(width));
      }
    }
    if (latentSize < 1) {
      throw new IllegalArgumentException(
          "latent_size is %d, expected 1 or more".formatted(latentSize));
    }
    if (!(beta >= 0)) {
      throw new IllegalArgumentException("beta is %s, expected 0 or more".formatted(beta));
    }
  }

  /** The layout for images. */
  public VaeConfig config(Preprocessing images) {
    return new VaeConfig(images.imageSize(), images.channels().size(), filters, latentSize, beta);
  }
}
