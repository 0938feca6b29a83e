package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/** What methods have in common whose network makes a healthy image in one call. */
abstract class TranslationMethod implements LearnedMethod<TranslationSettings> {
  private final String network;
  private final BiFunction<Path, DetectorOptions, Translation> read;

  TranslationMethod(String network, BiFunction<Path, DetectorOptions, Translation> read) {
    this.network = network;
    this.read = read;
  }

  /** That of the network. */
  @Override
  public String name() {
    return network;
  }

  @Override
  public Class<TranslationSettings> settings() {
    return TranslationSettings.class;
  }

  /** The counterfactual's difference, smoothing and threshold rule. */
  @Override
  public TranslationSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    return new TranslationSettings(shared.difference(), shared.smoothing(), shared.threshold());
  }

  @Override
  public List<String> networks(TranslationSettings settings) {
    return List.of(network);
  }

  @Override
  public SliceMethod open(TranslationSettings settings, ModelFolder model) {
    Translation images =
        model.open(network, "networkSha256", file -> read.apply(file, model.options()));
    return new DifferenceMaps(images.preprocessing(), images, settings.difference(), model);
  }
}
