package dev.hale.app.recipe;

import dev.hale.model.CriticConfig;
import dev.hale.scan.Preprocessing;
import java.util.List;

/**
 * What a configuration says of the critic's network; channels come from the data.
 *
 * @param filters width of each strided convolution, each at least 1
 * @param kernel side of every kernel, at least 3
 * @param stride of every convolution but the last, from 1 to {@code kernel}
 * @param monotonic whether the second half of the network has positive weights only
 * @param instanceNorm whether there are instance norms, as published
 * @param pool how the output map becomes the logit; published is the mean
 * @param context how many slices below and above each the critic sees as well, at least 0
 * @param dimensions 2: these are further channels; 3: kernels are three slices deep and go through
 *     all of them, of which there have to be some
 */
public record CriticSettings(
    List<Integer> filters,
    int kernel,
    int stride,
    boolean monotonic,
    boolean instanceNorm,
    CriticConfig.Pool pool,
    int context,
    int dimensions) {
  /** As published. */
  public static final CriticSettings DEFAULT =
      new CriticSettings(
          CriticConfig.PUBLISHED_FILTERS, 4, 2, false, true, CriticConfig.Pool.MEAN, 0, 2);

  public CriticSettings {
    filters = List.copyOf(filters);
    BackboneSettings.requireContext(context);
    if (dimensions == 3 && context == 0) {
      throw new IllegalArgumentException(
          "dimensions is 3, but there is one slice only: set context to 1 or more");
    }
    new CriticConfig(
        dimensions, 1, filters, kernel, stride, monotonic, instanceNorm, pool); // throws
  }

  /** The layout for images. */
  public CriticConfig config(Preprocessing images) {
    int channels = images.channels().size();
    int slices = 2 * context + 1;
    CriticConfig config =
        new CriticConfig(
            dimensions,
            dimensions == 3 ? channels : channels * slices,
            filters,
            kernel,
            stride,
            monotonic,
            instanceNorm,
            pool,
            dimensions == 3 ? slices : 0);
    config.requireFits(images.imageSize(), images.imageSize());
    return config;
  }

  /** The same in other widths. */
  CriticSettings withFilters(List<Integer> widths) {
    return new CriticSettings(
        widths, kernel, stride, monotonic, instanceNorm, pool, context, dimensions);
  }
}
