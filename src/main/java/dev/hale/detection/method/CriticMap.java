package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.engine.Scope;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The attribution of a critic as a map of what is abnormal: its positive part, which pushes the
 * decision to "diseased" (Wargnier-Dauchelle et al., IEEE TMI 2023). In float32 whatever the
 * precision: gradients through bfloat16 lose what the constraint has taught.
 */
final class CriticMap implements SliceMethod {
  private final CriticAttribution critic;
  private final int smoothed; // neighbours on either side that count
  private final double across; // standard deviation in steps from neighbour to neighbour

  /** Opens a critic of slices and writes down how it is asked. */
  CriticMap(ModelFolder model, String network, AttributionSettings settings) {
    critic = model.open(network, file -> read(file, settings, model.options()));
    model.note(CriticAttribution.SHA256, critic.provenance().get(CriticAttribution.SHA256));
    model.note("attribution", settings.attribution());
    model.note("score", settings.score());
    model.note("samples", settings.samples());
    smoothed = settings.context();
    across = settings.smoothingAcross();
    if (across > 0) {
      model.note("attributionSmoothingAcross", across);
    }
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
  public int context() {
    return smoothed + critic.context();
  }

  @Override
  public SliceMaps maps(SliceBatch batch, DoubleConsumer progress) {
    Tensor maps = smoothed == 0 || batch.around() == null ? critic.maps(batch) : smoothed(batch);
    progress.accept(1);
    return new SliceMaps(maps, null);
  }

  /**
   * Of the slices by themselves, those around them without a say but to a critic that sees them.
   */
  Tensor alone(SliceBatch batch) {
    return critic.maps(batch);
  }

  /** Weighted means over the slices around, of which those outside the brain know nothing. */
  private Tensor smoothed(SliceBatch batch) {
    try (Scope scope = new Scope()) {
      Tensor[] each = new Tensor[2 * smoothed + 1];
      Arrays.setAll(each, d -> critic.maps(batch, d - smoothed));
      Tensor maps = torch.stack(new TensorVector(each), 1);
      int lowest = batch.around().middle() - smoothed;
      Tensor brains = batch.around().brains().narrow(1, lowest, each.length);
      Tensor weights = weights().to(brains.device(), ScalarType.Double).mul(brains);
      Tensor sum = weights.sum(new long[] {1}, false, new ScalarTypeOptional());
      Tensor means =
          maps.mul(weights).sum(new long[] {1}, false, new ScalarTypeOptional()).div(sum);
      return scope.keep(BrainMaps.inside(means, batch.brains()).to(ScalarType.Float));
    }
  }

  /** Of a Gaussian, {@code [K, 1, 1]}. */
  private Tensor weights() {
    float[] weights = new float[2 * smoothed + 1];
    for (int d = -smoothed; d <= smoothed; d++) {
      weights[smoothed + d] = (float) Math.exp(-0.5 * d * d / (across * across));
    }
    return torch.tensor(weights).reshape(-1, 1, 1);
  }

  /** What the critic says of a batch of one image, above 0 for diseased. */
  float logit(SliceBatch one) {
    return critic.logits(one)[0];
  }
}
