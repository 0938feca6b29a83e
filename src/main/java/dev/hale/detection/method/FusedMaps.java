package dev.hale.detection.method;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * The weighted geometric mean of the counterfactual difference and the attribution: high where both
 * say so. Neither needs normalising, because a constant factor of one is a constant factor of the
 * result; how far each varies is what the weight evens out.
 */
final class FusedMaps implements SliceMethod {
  private final SliceMethod counterfactual;
  private final CriticMap critic;
  private final FusionSettings settings;

  /**
   * Of two methods; writes down how they meet.
   *
   * @param settings with a weight
   * @throws CheckpointException where their images differ
   */
  FusedMaps(
      SliceMethod counterfactual, CriticMap critic, FusionSettings settings, ModelFolder model) {
    this.counterfactual = counterfactual;
    this.critic = critic;
    this.settings = settings;
    requireSameImages(counterfactual, critic);
    model.note("counterfactualSmoothing", settings.counterfactual().smoothing());
    model.note("attributionSmoothing", settings.attribution().smoothing());
    model.note("counterfactualWeight", settings.counterfactualWeight());
  }

  static void requireSameImages(SliceMethod first, SliceMethod second) {
    if (!first.preprocessing().equals(second.preprocessing())) {
      throw new CheckpointException(
          "the networks were trained on different images: %s and %s"
              .formatted(first.preprocessing(), second.preprocessing()));
    }
  }

  @Override
  public Preprocessing preprocessing() {
    return counterfactual.preprocessing();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
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
}
