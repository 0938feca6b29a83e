package dev.hale.detection.method;

import java.util.List;

/** A critic's attribution by itself. */
abstract class CriticMethod implements LearnedMethod<AttributionSettings> {
  private final String network;

  CriticMethod(String network) {
    this.network = network;
  }

  @Override
  public Class<AttributionSettings> settings() {
    return AttributionSettings.class;
  }

  @Override
  public AttributionSettings settings(Recipe recipe) {
    return recipe.attribution();
  }

  @Override
  public List<String> networks(AttributionSettings settings) {
    return List.of(network);
  }

  @Override
  public SliceMethod open(AttributionSettings settings, ModelFolder model) {
    return new CriticMap(model, network, settings);
  }
}
