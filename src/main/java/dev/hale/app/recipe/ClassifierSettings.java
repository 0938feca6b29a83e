package dev.hale.app.recipe;

import dev.hale.app.config.Inline;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.ClassifierConfig.Pool;
import dev.hale.scan.Preprocessing;
import java.util.List;

/**
 * What a configuration says of the classifier's network.
 *
 * @param backbone what it shares with the U-Net
 * @param pool how the deepest features become logits
 * @param context how many slices below and above each it sees as well: as many as the diffusion
 *     model
 */
public record ClassifierSettings(@Inline BackboneSettings backbone, Pool pool, int context) {
  /** What a configuration that is silent gets. */
  public static final ClassifierSettings DEFAULT =
      new ClassifierSettings(
          new BackboneSettings(
              32, 1, List.of(1.0, 2.0, 2.0, 2.0), List.of(8), 1, 32, true, true, 0),
          Pool.ATTENTION,
          0);

  public ClassifierSettings {
    BackboneSettings.requireContext(context);
  }

  /** The layout for images. */
  public ClassifierConfig config(Preprocessing images) {
    return new ClassifierConfig(backbone.backbone(images, context), pool, 2);
  }
}
