package dev.hale.detection;

import dev.hale.data.Preprocessing;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * The attribution of a critic as a map of what is abnormal: its positive part, which pushes the
 * decision to "diseased" (Wargnier-Dauchelle et al., IEEE TMI 2023). In float32 whatever the
 * precision: gradients through bfloat16 lose what the constraint has taught.
 */
final class CriticMap implements SliceMethod {
  private static final float[][] NO_REFERENCES = {};

  private final CriticAttribution critic;
  private final Map<String, String> provenance = new LinkedHashMap<>();

  /** Reads a critic of slices. */
  CriticMap(Path file, AttributionSettings settings, DetectorOptions options) {
    critic =
        new CriticAttribution(
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
    provenance.put("criticSha256", critic.provenance().get("criticSha256"));
    provenance.put("attribution", settings.attribution().toString());
    provenance.put("score", settings.score().toString());
    provenance.put("samples", String.valueOf(settings.samples()));
  }

  @Override
  public Preprocessing preprocessing() {
    return critic.preprocessing();
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
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

  @Override
  public void close() {
    critic.close();
  }
}
