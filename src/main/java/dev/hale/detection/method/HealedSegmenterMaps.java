package dev.hale.detection.method;

import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.scan.Preprocessing;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * The segmenter says where, the diffusion model what would be there; of the healed slice the
 * segmenter is asked again, and what it still marks joins the gate. The map is the segmenter's.
 */
final class HealedSegmenterMaps implements SliceMethod {
  private static final double MARKED_SHARE = 0.1; // of a batch's time, about

  private final SegmenterMaps segmenter;
  private final Healer healer;
  private final HealingPart settings;

  /**
   * With networks that are open.
   *
   * @param settings with levels
   */
  HealedSegmenterMaps(
      SegmenterMaps segmenter, DiffusionModel model, HealingPart settings, ModelFolder folder) {
    this.segmenter = segmenter;
    this.settings = settings;
    FusedMaps.requireSameImages(segmenter.preprocessing(), model.preprocessing());
    healer = new Healer(model, settings, this::left, folder);
  }

  @Override
  public Preprocessing preprocessing() {
    return segmenter.preprocessing();
  }

  @Override
  public int context() {
    return Math.max(segmenter.context(), healer.context());
  }

  @Override
  public SliceMethod mapsAlone() {
    return segmenter;
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    try (Scope scope = new Scope()) {
      Tensor maps = segmenter.maps(batch, share -> progress.accept(MARKED_SHARE * share)).maps();
      Healer.Healed healed =
          healer.heal(
              batch, maps, share -> progress.accept(MARKED_SHARE + (1 - MARKED_SHARE) * share));
      return new SliceMaps(
          scope.keep(maps), scope.keep(healed.images()), scope.keep(healed.spread()));
    }
  }

  private Gate left(SliceBatch healed, byte[] brain, float[] marked) {
    float[] map = Tensors.values(segmenter.maps(healed, share -> {}).maps());
    GateLevels levels = settings.levels();
    Gate left = Gate.grown(map, brain, levels.seed(), levels.reach(), settings.chain().margin());
    return left.isEmpty() ? null : left;
  }
}
