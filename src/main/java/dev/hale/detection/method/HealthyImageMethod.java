package dev.hale.detection.method;

import dev.hale.detection.method.CounterfactualSettings.Chain;
import java.util.List;

/** What methods have in common whose diffusion model makes a healthy image to compare with. */
abstract class HealthyImageMethod implements LearnedMethod<CounterfactualSettings> {
  static final String DIFFUSION = "diffusion";
  static final String CLASSIFIER = "classifier";

  @Override
  public Class<CounterfactualSettings> settings() {
    return CounterfactualSettings.class;
  }

  @Override
  public CounterfactualSettings settings(Recipe recipe) {
    return recipe.counterfactual();
  }

  /** The diffusion model and, where it guides, the classifier. */
  static List<String> networks(CounterfactualSettings settings, String classifier) {
    return settings.guidance() > 0 ? List.of(DIFFUSION, classifier) : List.of(DIFFUSION);
  }

  /** Encoded and decoded, guided by that classifier. */
  static DifferenceMaps guided(
      ModelFolder folder,
      DiffusionModel model,
      CounterfactualSettings settings,
      String classifier) {
    return decoded(
        folder,
        model,
        settings,
        Steering.classifier(
            model,
            GuidingClassifier.of(folder, classifier, model, settings),
            settings.guidanceEvery()));
  }

  /** Encoded and decoded, led by whatever leads. */
  static DifferenceMaps decoded(
      ModelFolder folder,
      DiffusionModel model,
      CounterfactualSettings settings,
      Steering steering) {
    HealthyImages images = new Counterfactual(model, settings, steering, folder);
    folder.note("chain", JsonNames.of(settings.chain()));
    folder.note("sampler", settings.samplerName());
    folder.note("calls", images.steps() / 2);
    folder.note("encodingLabel", settings.encodingLabel());
    return difference(folder, model, settings, images);
  }

  /** Noised at random, sampled back by ancestral steps. */
  DifferenceMaps ancestral(
      ModelFolder folder,
      DiffusionModel model,
      CounterfactualSettings settings,
      String classifier) {
    if (settings.chain() != Chain.ALIGNED) {
      throw new IllegalArgumentException(
          "%s has one chain only; leave out wolleb-2022".formatted(name()));
    }
    if (settings.calls() != 0 || !settings.sampler().isEmpty()) {
      throw new IllegalArgumentException(
          "%s draws at random and calls its network in every step; leave out calls and sampler"
              .formatted(name()));
    }
    Steering steering =
        Steering.classifier(
            model,
            classifier == null ? null : GuidingClassifier.of(folder, classifier, model, settings),
            settings.guidanceEvery());
    return difference(
        folder,
        model,
        settings,
        new AncestralDecoding(model, settings, steering, folder.kernels()));
  }

  private static DifferenceMaps difference(
      ModelFolder folder,
      DiffusionModel model,
      CounterfactualSettings settings,
      HealthyImages images) {
    folder.note("noiseLevel", settings.noiseLevel());
    folder.note("steps", settings.steps());
    folder.note("guidance", settings.guidance());
    folder.note("guidanceEvery", settings.guidanceEvery());
    return new DifferenceMaps(model.preprocessing(), images, settings.difference(), folder);
  }
}
