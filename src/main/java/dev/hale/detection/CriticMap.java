package dev.hale.detection;

import dev.hale.attribution.Attribution;
import dev.hale.attribution.Score;
import dev.hale.data.Preprocessing;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The attribution of a critic as a map: max(0, Σ over channels), which marks what pushes the
 * decision to "diseased" (Wargnier-Dauchelle et al., IEEE TMI 2023).
 */
final class CriticMap implements SliceMethod {
  private final Score score;
  private final Attribution attribution;
  private final Preprocessing preprocessing;
  private final Device device;
  private final Map<String, String> provenance;
  private final Parameters owned;

  /** Reads a critic of slices. */
  CriticMap(Path file, AttributionSettings settings, DetectorOptions options) {
    device = options.device();
    attribution = settings.attribution(options.seed(), options.batchSize());
    try (NetworkFile network = NetworkFile.readCritic(file)) {
      preprocessing = network.section("preprocessing", Preprocessing.class);
      CriticConfig config = network.section("network", CriticConfig.class);
      if (config.dimensions() != 2) {
        throw new CheckpointException(
            "%s judges volumes; detection goes slice by slice and needs a critic of 2 dimensions"
                .formatted(file));
      }
      // Gradients through bfloat16 lose what the constraint has taught: always float32.
      owned = DiffusionModel.place(network.parameters(), device, Precision.FLOAT32);
      score = Score.of(new ConvCritic(config, owned));
    }
    provenance =
        Map.of(
            "criticSha256", Fingerprint.sha256(file),
            "attribution", Names.of(settings.attribution()),
            "samples", String.valueOf(settings.samples()));
  }

  @Override
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    int size = preprocessing.imageSize();
    int channels = preprocessing.channels().size();
    float[][] maps = new float[batch.size()][size * size];
    try (Scope scope = new Scope()) {
      Tensor x =
          Tensors.of(batch.images(), 0, batch.size(), batch.size(), channels, size, size)
              .to(device.torch(), ScalarType.Float);
      float[] values = Tensors.values(positive(x));
      for (int n = 0; n < maps.length; n++) {
        for (int p = 0; p < maps[n].length; p++) {
          maps[n][p] = batch.brains()[n][p] == 0 ? 0 : values[n * size * size + p];
        }
      }
    }
    progress.accept(1);
    return new SliceMaps(maps, null);
  }

  /**
   * max(0, Σ over channels of the attribution).
   *
   * @param x {@code [N, C, S, S]}
   * @return {@code [N, S, S]}, owned by the enclosing scope
   */
  private Tensor positive(Tensor x) {
    return attribution.of(score, x).sum(1).relu();
  }

  @Override
  public void close() {
    owned.close();
  }
}
