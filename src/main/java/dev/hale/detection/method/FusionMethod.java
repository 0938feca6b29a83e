package dev.hale.detection.method;

/** Geometric mean of the counterfactual map and the constrained critic's, weighted. */
public final class FusionMethod extends CombinedMethod<FusionSettings> {
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
    return new FusionSettings(recipe.counterfactual(), recipe.attribution(), null);
  }

  @Override
  public FusionSettings provisional(FusionSettings settings) {
    return settings.withCounterfactualWeight(0.5);
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
