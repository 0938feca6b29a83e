package dev.hale.detection.method;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * The weighted geometric mean of the counterfactual difference and the attribution, and of the
 * brightness where that is asked for: high where all say so. None needs normalising, because a
 * constant factor of one is a constant factor of the result; how far each varies is what the
 * weights even out.
 */
final class FusedMaps implements SliceMethod {
  private final SliceMethod counterfactual;
  private final CriticMap critic;
  private final FusionSettings settings;
  private final Brightness brightness; // null where it takes no part

  /**
   * Of two methods; writes down how they meet.
   *
   * @param settings with weights
   * @throws CheckpointException where their images differ, or lack the channel of brightness
   */
  FusedMaps(
      SliceMethod counterfactual, CriticMap critic, FusionSettings settings, ModelFolder model) {
    this.counterfactual = counterfactual;
    this.critic = critic;
    this.settings = settings;
    requireSameImages(counterfactual.preprocessing(), critic.preprocessing());
    model.note("counterfactualSmoothing", settings.counterfactual().smoothing());
    model.note("attributionSmoothing", settings.attribution().smoothing());
    model.note("counterfactualWeight", settings.counterfactualWeight());
    FusionSettings.BrightnessPart part = settings.brightness();
    if (part == null) {
      brightness = null;
    } else {
      brightness = new Brightness(part.channel(), preprocessing().channels());
      model.note("brightness", part.channel());
      model.note("brightnessWeight", part.weight());
    }
  }

  static void requireSameImages(Preprocessing first, Preprocessing second) {
    if (!first.equals(second)) {
      throw new CheckpointException(
          "the networks were trained on different images: %s and %s".formatted(first, second));
    }
  }

  @Override
  public Preprocessing preprocessing() {
    return counterfactual.preprocessing();
  }

  @Override
  public int context() {
    return Math.max(counterfactual.context(), critic.context());
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    SliceMaps two = ofNetworks(batch, progress);
    return new SliceMaps(withBrightness(two.maps(), batch), two.healthy());
  }

  /** What the two networks say by themselves. */
  SliceMaps ofNetworks(SliceBatch batch, DoubleConsumer progress) {
    SliceMaps differences = counterfactual.maps(batch, progress);
    Tensor attributions = critic.maps(batch, share -> {}).maps();
    try (Scope scope = new Scope()) {
      Tensor difference =
          BrainMaps.blur(differences.maps(), batch.brains(), settings.counterfactual().smoothing());
      Tensor attribution =
          BrainMaps.blur(attributions, batch.brains(), settings.attribution().smoothing());
      Tensor fused =
          BrainMaps.geometricMean(attribution, difference, settings.counterfactualWeight());
      return new SliceMaps(scope.keep(fused), differences.healthy());
    }
  }

  /** A map of both networks with the brightness, where that takes part. */
  Tensor withBrightness(Tensor fused, SliceBatch batch) {
    if (brightness == null) {
      return fused;
    }
    try (Scope scope = new Scope()) {
      Tensor bright = brightness.maps(batch.images(), batch.brains());
      return scope.keep(BrainMaps.geometricMean(fused, bright, settings.brightness().weight()));
    }
  }
}
