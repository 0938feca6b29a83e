package dev.hale.detection.method;

/**
 * Geometric mean of the counterfactual map and the constrained critic's, and, where that is asked
 * for, of the image's brightness; weighted.
 */
public final class FusionMethod extends CombinedMethod<FusionSettings> {
  private static final Own SILENT = new Own("");

  /**
   * Its own section of a configuration; heeded by combined-regeneration, too.
   *
   * @param brightness a channel in which lesions are bright, such as FLAIR: how much brighter a
   *     pixel is than most of the slice then counts, too; empty for not
   */
  public record Own(String brightness) {}

  @Override
  public String name() {
    return "combined-fusion";
  }

  @Override
  public Class<FusionSettings> settings() {
    return FusionSettings.class;
  }

  @Override
  public FusionSettings settings(Recipe recipe) {
    String channel = recipe.own(name(), Own.class, SILENT).brightness();
    return new FusionSettings(
        recipe.counterfactual(),
        recipe.attribution(),
        null,
        channel.isBlank() ? null : new FusionSettings.BrightnessPart(channel, null));
  }

  @Override
  public FusionSettings provisional(FusionSettings settings) {
    FusionSettings even = settings.withCounterfactualWeight(0.5);
    return settings.brightness() == null ? even : even.withBrightnessWeight(0.5);
  }

  @Override
  public Calibrated<FusionSettings> calibrate(FusionSettings settings, Measurement measurement) {
    return Calibrated.of(weighed(settings, measurement));
  }

  @Override
  public SliceMethod open(FusionSettings settings, ModelFolder folder) {
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    CriticMap critic = new CriticMap(folder, CRITIC, settings.attribution());
    return fused(settings, folder, model, critic);
  }
}
