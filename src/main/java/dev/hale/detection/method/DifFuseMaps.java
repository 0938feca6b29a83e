package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * A critic's saliency says where, the diffusion model what would be there; the map is what differs,
 * before it is smoothed nothing outside of the gate.
 */
final class DifFuseMaps implements SliceMethod {
  private static final double SALIENCY_SHARE = 0.1; // of a batch's time, about

  private final CriticMap saliency;
  private final Healer healer;
  private final DifFuseSettings settings;
  private final int[] channels;

  /**
   * With networks that are open.
   *
   * @param settings with levels
   */
  DifFuseMaps(
      CriticMap saliency, DiffusionModel model, DifFuseSettings settings, ModelFolder folder) {
    this.saliency = saliency;
    this.settings = settings;
    HealingPart healing = settings.healing();
    channels = healing.difference().channels(model.preprocessing().channels());
    folder.note("attributionSmoothing", settings.attribution().smoothing());
    FusedMaps.requireSameImages(saliency.preprocessing(), model.preprocessing());
    healer = new Healer(model, healing, (healed, brain, marked) -> null, folder); // once is all
  }

  @Override
  public Preprocessing preprocessing() {
    return saliency.preprocessing();
  }

  @Override
  public int context() {
    return Math.max(saliency.context(), healer.context());
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (Scope scope = new Scope()) {
      Tensor found = saliency.maps(batch, share -> progress.accept(SALIENCY_SHARE * share)).maps();
      Tensor marks = BrainMaps.blur(found, batch.brains(), settings.attribution().smoothing());
      Healer.Healed healed =
          healer.heal(
              batch,
              marks,
              share -> progress.accept(SALIENCY_SHARE + (1 - SALIENCY_SHARE) * share));
      Tensor maps =
          settings
              .healing()
              .difference()
              .maps(batch.images(), healed.images(), batch.brains(), channels);
      return new SliceMaps(
          scope.keep(maps), scope.keep(healed.images()), scope.keep(healed.spread()));
    }
  }
}
