package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * The attribution of a critic as a map of what is abnormal: its positive part, which pushes the
 * decision to "diseased" (Wargnier-Dauchelle et al., IEEE TMI 2023). In float32 whatever the
 * precision: gradients through bfloat16 lose what the constraint has taught.
 */
final class CriticMap implements SliceMethod {
  private final CriticAttribution critic;

  /** Opens a critic of slices and writes down how it is asked. */
  CriticMap(ModelFolder model, String network, AttributionSettings settings) {
    critic = model.open(network, file -> read(file, settings, model.options()));
    model.note(CriticAttribution.SHA256, critic.provenance().get(CriticAttribution.SHA256));
    model.note("attribution", settings.attribution());
    model.note("score", settings.score());
    model.note("samples", settings.samples());
  }

  private static CriticAttribution read(
      Path file, AttributionSettings settings, DetectorOptions options) {
    return new CriticAttribution(
        file,
        new CriticAttribution.Settings(
            settings.attribution(),
            settings.score(),
            settings.samples(),
            true,
            0,
            options.batchSize(),
            options.seed(),
            options.device()));
  }

  @Override
  public Preprocessing preprocessing() {
    return critic.preprocessing();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    Tensor maps = critic.maps(batch);
    progress.accept(1);
    return new SliceMaps(maps, null);
  }

  /** What the critic says of one image {@code [1, C, S, S]}, above 0 for diseased. */
  float logit(Tensor image) {
    return critic.logits(image)[0];
  }
}
