package dev.hale.detection.method;

import dev.hale.detection.ThresholdRule;
import java.util.List;

/** What a U-Net marks that has learnt from the masks of another method. */
public final class SegmenterMethod implements LearnedMethod<SegmenterSettings> {
  private static final String NETWORK = "segmenter";

  /**
   * What it alone is told.
   *
   * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none,
   *     because what it has learnt from was smoothed before
   * @param threshold how the mask is cut from the map; what is more probable than not, unless set
   */
  private record Own(double smoothing, ThresholdRule threshold) {
    static final Own DEFAULT = new Own(0, ThresholdRule.HALF);
  }

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
    Own own = recipe.own(name(), Own.class, Own.DEFAULT);
    return new SegmenterSettings(own.smoothing(), own.threshold());
  }

  @Override
  public boolean mapsProbabilities() {
    return true;
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
