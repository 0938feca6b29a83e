package dev.hale.detection.method;

import dev.hale.detection.ThresholdRule;
import java.util.List;

/**
 * What a U-Net marks that has learnt from the masks of another method; where that is asked for, a
 * diffusion model makes it new.
 */
public final class SegmenterMethod implements LearnedMethod<SegmenterSettings> {
  private static final String NETWORK = "segmenter";
  private static final double HALF = 0.5;

  /**
   * What it alone is told.
   *
   * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none,
   *     because what it has learnt from was smoothed before
   * @param threshold how the mask is cut from the map; what is more probable than not, unless set
   * @param heals whether a healthy image is made: the diffusion model makes new what is marked, as
   *     the section of combined-regeneration says
   */
  private record Own(double smoothing, ThresholdRule threshold, boolean heals) {
    static final Own DEFAULT = new Own(0, ThresholdRule.HALF, false);
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
    SegmenterSettings settings = new SegmenterSettings(own.smoothing(), own.threshold(), null);
    return own.heals() ? settings.withHealing(HealingPart.of(recipe)) : settings;
  }

  @Override
  public SegmenterSettings provisional(SegmenterSettings settings) {
    HealingPart healing = settings.healing();
    return healing == null
        ? settings
        : settings.withHealing(healing.withLevels(new GateLevels(0, 0)));
  }

  /** Where the map sets a gate. */
  @Override
  public Calibrated<SegmenterSettings> calibrate(
      SegmenterSettings settings, Measurement measurement) {
    if (settings.healing() == null) {
      return Calibrated.of(settings);
    }
    SegmenterSettings unsmoothed = new SegmenterSettings(0, settings.threshold(), null);
    Measurement.Values map = measurement.maps(this, unsmoothed);
    GateLevels levels =
        GateLevels.of(
            map.healthy(),
            settings.threshold() == ThresholdRule.HALF
                ? HALF
                : map.threshold(measurement.percentile()),
            settings.healing().chain());
    return Calibrated.of(settings.withHealing(settings.healing().withLevels(levels)));
  }

  @Override
  public boolean mapsProbabilities() {
    return true;
  }

  @Override
  public List<String> networks(SegmenterSettings settings) {
    return settings.healing() == null
        ? List.of(NETWORK)
        : List.of(NETWORK, HealthyImageMethod.DIFFUSION);
  }

  @Override
  public SliceMethod open(SegmenterSettings settings, ModelFolder folder) {
    SegmenterMaps segmenter =
        folder.open(NETWORK, "segmenterSha256", file -> SegmenterMaps.read(file, folder.options()));
    HealingPart healing = settings.healing();
    if (healing == null) {
      return segmenter;
    }
    folder.requireMeasured(this, "levels of healing are", healing.levels());
    DiffusionModel model = DiffusionModel.of(folder, HealthyImageMethod.DIFFUSION);
    return new HealedSegmenterMaps(segmenter, model, healing, folder);
  }
}
