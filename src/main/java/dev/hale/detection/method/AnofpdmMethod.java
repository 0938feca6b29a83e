package dev.hale.detection.method;

import java.util.List;

/**
 * The guided forward process against the image, aggregated up to the level at which guidance says
 * most (Che et al., WACV workshops 2025, arXiv 2404.15683).
 */
public final class AnofpdmMethod implements LearnedMethod<AnofpdmSettings> {
  private static final Own SILENT = new Own(2);

  /**
   * Its own section of a configuration.
   *
   * @param weight w of ε(healthy) + w (ε(healthy) − ε(c)), at least 0
   */
  public record Own(double weight) {}

  @Override
  public String name() {
    return "anofpdm";
  }

  @Override
  public Class<AnofpdmSettings> settings() {
    return AnofpdmSettings.class;
  }

  @Override
  public AnofpdmSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    return new AnofpdmSettings(
        shared.noiseLevel(),
        shared.steps(),
        recipe.own(name(), Own.class, SILENT).weight(),
        shared.encodingLabel(),
        shared.difference(),
        shared.smoothing(),
        shared.threshold());
  }

  @Override
  public List<String> networks(AnofpdmSettings settings) {
    return List.of(HealthyImageMethod.DIFFUSION);
  }

  @Override
  public SliceMethod open(AnofpdmSettings settings, ModelFolder folder) {
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    if (model.unet().config().numClasses() == 0
        || settings.encodingLabel() == DiffusionModel.HEALTHY) {
      throw new IllegalArgumentException(
          "anofpdm needs a network that is told classes, and an encoding label other than 0: 2 (no"
              + " label) or 1 (diseased)");
    }
    return new AnofpdmMaps(model, settings, folder);
  }
}
