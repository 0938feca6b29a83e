package dev.hale.detection.method;

import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/**
 * The attribution of a critic as a map of what is abnormal: its positive part, which pushes the
 * decision to "diseased" (Wargnier-Dauchelle et al., IEEE TMI 2023). In float32 whatever the
 * precision: gradients through bfloat16 lose what the constraint has taught.
 */
final class CriticMap implements SliceMethod {
  private static final float[][] NO_REFERENCES = {};

  private final CriticAttribution critic;

  /** Opens a critic of slices and writes down how it is asked. */
  CriticMap(ModelFolder model, String network, AttributionSettings settings) {
    critic = model.open(network, "criticSha256", file -> read(file, settings, model.options()));
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
    float[][] maps =
        critic
            .maps(
                batch.images(),
                batch.brains(),
                NO_REFERENCES,
                n -> batch.seeds()[n],
                DetectionProgress.NONE)
            .maps();
    progress.accept(1);
    return new SliceMaps(maps, null);
  }

  /** What the critic says of an image, above 0 for diseased; no map is made. */
  float logit(float[] image) {
    return critic.logits(new float[][] {image})[0];
  }
}
