package dev.hale.detection.method;

import java.util.List;

/** What a U-Net marks that has learnt from the masks of another method. */
public final class SegmenterMethod implements LearnedMethod<SegmenterSettings> {
  private static final String NETWORK = "segmenter";

  /**
   * What it alone is told.
   *
   * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none,
   *     because what it has learnt from was smoothed before
   */
  private record Own(double smoothing) {}

  @Override
  public String name() {
    return "combined-segmenter";
  }

  @Override
  public Class<SegmenterSettings> settings() {
    return SegmenterSettings.class;
  }

  @Override
  public SegmenterSettings settings(Recipe recipe) {
    Own own = recipe.own(name(), Own.class, new Own(0));
    return new SegmenterSettings(own.smoothing(), recipe.counterfactual().threshold());
  }

  @Override
  public List<String> networks(SegmenterSettings settings) {
    return List.of(NETWORK);
  }

  @Override
  public SliceMethod open(SegmenterSettings settings, ModelFolder model) {
    return model.open(
        NETWORK, "segmenterSha256", file -> SegmenterMaps.read(file, model.options()));
  }
}
