package dev.hale.detection.method;

import dev.hale.detection.method.RegenerationSettings.Chain;
import dev.hale.detection.method.RegenerationSettings.Levels;
import dev.hale.evaluation.Quantile;
import java.util.Arrays;

/**
 * What the fusion marks, made new by the diffusion model inside of a gate. Its own section of a
 * configuration has the keys of {@link Chain}.
 */
public final class RegenerationMethod extends CombinedMethod<RegenerationSettings> {
  private static final String NAME = "combined-regeneration";

  private final FusionMethod parent = new FusionMethod();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<RegenerationSettings> settings() {
    return RegenerationSettings.class;
  }

  @Override
  public RegenerationSettings settings(Recipe recipe) {
    return new RegenerationSettings(parent.settings(recipe), chain(recipe), null);
  }

  /** How it makes new what is marked; heeded by combined-segmenter and dif-fuse, too. */
  static Chain chain(Recipe recipe) {
    return recipe.own(NAME, Chain.class, Chain.DEFAULT);
  }

  @Override
  public RegenerationSettings provisional(RegenerationSettings settings) {
    return settings.withLevels(parent.provisional(settings.fusion()), new Levels(0, 0, 0));
  }

  /**
   * Where the fusion map sets a gate, and what logit the critic's verdict begins at: of the highest
   * values of healthy slices, and of their logits, the percentile that the settings name.
   *
   * <p>Making new raises the map in diseased slices alone, false alarms included, of which image
   * labels would take a part for disease; so the map decides what is marked, and the fusion how
   * much.
   */
  @Override
  public Calibrated<RegenerationSettings> calibrate(
      RegenerationSettings settings, Measurement measurement) {
    FusionSettings fusion = weighed(settings.fusion(), measurement);
    Measurement.Values gate = measurement.maps(parent, fusion.withoutBrightness());
    double threshold = gate.threshold(measurement.percentile());
    GateLevels levels = GateLevels.of(gate.healthy(), threshold, settings.chain().healing());
    double[] logits = measurement.healthyLogits().clone();
    Arrays.sort(logits);
    double verdict = Quantile.of(logits, settings.chain().healthyPercentile() / 100);
    Measurement.Values fused =
        fusion.brightness() == null ? gate : measurement.maps(parent, fusion);
    return new Calibrated<>(
        settings.withLevels(fusion, new Levels(levels.seed(), levels.reach(), verdict)),
        fused.marked(measurement.percentile()));
  }

  @Override
  public SliceMethod open(RegenerationSettings settings, ModelFolder folder) {
    folder.requireMeasured(this, "levels of regeneration are", settings.levels());
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    CriticMap critic = new CriticMap(folder, CRITIC, settings.attribution());
    return new RegeneratedMaps(
        fused(settings.fusion(), folder, model, critic), critic, model, settings, folder);
  }
}
