package dev.hale.detection.method;

import java.util.List;

/**
 * What the saliency of a critic without the constraint marks, made new by the diffusion model, and
 * the difference that this makes. Made new as {@link RegenerationMethod} does, by the keys of its
 * section, but once. After Dif-fuse (Fontanella et al., IEEE TMI 2024, arXiv 2308.02062), whose
 * saliency is another (ACAT) and whose diffusion model has seen healthy images alone.
 */
public final class DifFuseMethod implements LearnedMethod<DifFuseSettings> {
  private static final UnconstrainedAttributionMethod SALIENCY =
      new UnconstrainedAttributionMethod();

  @Override
  public String name() {
    return "dif-fuse";
  }

  @Override
  public Class<DifFuseSettings> settings() {
    return DifFuseSettings.class;
  }

  @Override
  public DifFuseSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    return new DifFuseSettings(
        recipe.attribution(), HealingPart.of(recipe), shared.smoothing(), shared.threshold());
  }

  @Override
  public DifFuseSettings provisional(DifFuseSettings settings) {
    return settings.withLevels(new GateLevels(0, 0));
  }

  /**
   * Where the saliency sets a gate. It also says how much of diseased slices is marked: in the map
   * healthy slices are 0 nearly everywhere, which would speak for too low a threshold.
   */
  @Override
  public Calibrated<DifFuseSettings> calibrate(DifFuseSettings settings, Measurement measurement) {
    Measurement.Values saliency = measurement.maps(SALIENCY, settings.attribution());
    double percentile = measurement.percentile();
    GateLevels levels =
        GateLevels.of(
            saliency.healthy(), saliency.threshold(percentile), settings.healing().chain());
    return new Calibrated<>(settings.withLevels(levels), saliency.marked(percentile));
  }

  @Override
  public List<String> networks(DifFuseSettings settings) {
    return List.of(HealthyImageMethod.DIFFUSION, UnconstrainedAttributionMethod.CRITIC);
  }

  @Override
  public SliceMethod open(DifFuseSettings settings, ModelFolder folder) {
    folder.requireMeasured(this, "levels of the gate are", settings.healing().levels());
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    CriticMap saliency =
        new CriticMap(folder, UnconstrainedAttributionMethod.CRITIC, settings.attribution());
    return new DifFuseMaps(saliency, model, settings, folder);
  }
}
