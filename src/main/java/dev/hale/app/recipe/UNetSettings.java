package dev.hale.app.recipe;

import dev.hale.app.config.Inline;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Variance;
import dev.hale.model.UNetConfig;
import dev.hale.scan.Preprocessing;
import java.util.List;

/**
 * What a configuration says of the diffusion model's network.
 *
 * @param backbone what it shares with the classifier
 * @param numClasses 2 to tell it whether an image is healthy or diseased, 0 to tell it nothing;
 *     with label dropout it is built with one class more
 * @param context how many slices below and above each are denoised with it, at least 0
 */
public record UNetSettings(@Inline BackboneSettings backbone, int numClasses, int context) {
  /** What a configuration that is silent gets. */
  public static final UNetSettings DEFAULT =
      new UNetSettings(
          new BackboneSettings(32, 1, List.of(1.0, 2.0, 3.0), List.of(4), 1, 0, true, false, 0),
          2,
          0);

  public UNetSettings {
    if (numClasses != 0 && numClasses != 2) {
      throw new IllegalArgumentException(
          "num_classes is %d, expected 0 or 2".formatted(numClasses));
    }
    BackboneSettings.requireContext(context);
  }

  /** The layout for images and a forward process. */
  public UNetConfig config(Preprocessing images, DiffusionSettings process) {
    return new UNetConfig(
        backbone.backbone(images, context),
        numClasses,
        process.variance() == Variance.LEARNED_RANGE);
  }
}
