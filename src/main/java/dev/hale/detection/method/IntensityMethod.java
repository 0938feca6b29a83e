package dev.hale.detection.method;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.ThresholdRule;
import java.nio.file.Path;
import java.util.Optional;

/** FLAIR intensity after histogram equalisation (Meissen et al. 2021); needs no model. */
public final class IntensityMethod implements DetectionMethod<IntensityMethod.Settings> {
  static final String NAME = "intensity";

  /** There are none: each scan is cut at its own Otsu threshold. */
  public record Settings() implements MethodSettings {
    @Override
    public double smoothing() {
      return 0;
    }

    @Override
    public ThresholdRule threshold() {
      return ThresholdRule.OTSU;
    }

    @Override
    public Settings withThreshold(ThresholdRule newThreshold) {
      if (newThreshold != ThresholdRule.OTSU) {
        throw new IllegalArgumentException(
            "--method intensity has no settings; it cuts at Otsu's threshold");
      }
      return this;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Settings> settings() {
    return Settings.class;
  }

  @Override
  public Optional<Settings> withoutModel() {
    return Optional.of(new Settings());
  }

  @Override
  public AnomalyDetector detector(
      Path folder, DetectorConfig config, DetectorOptions options, ChainCache chains) {
    return new IntensityDetector();
  }
}
