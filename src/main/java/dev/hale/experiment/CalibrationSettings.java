package dev.hale.experiment;

import dev.hale.data.prepared.Split;
import dev.hale.detection.CounterfactualSettings;
import dev.hale.detection.CounterfactualSettings.Chain;
import dev.hale.detection.CounterfactualSettings.Difference;
import dev.hale.detection.CounterfactualSettings.Threshold;
import dev.hale.experiment.config.Inline;

/**
 * How detection runs with the trained networks, and how its label-free threshold is measured.
 *
 * @param detection noise level, steps, guidance and so on
 * @param percentile of the map over the brain pixels of healthy slices, in (0, 100)
 * @param slices how many of them are drawn, at least 1
 * @param split whose slices they are; on the images that the networks learned from, the map is
 *     smaller than on others and so is the threshold
 */
public record CalibrationSettings(
    @Inline CounterfactualSettings detection, double percentile, int slices, Split split) {
  /** What a configuration that is silent gets. */
  public static final CalibrationSettings DEFAULT =
      new CalibrationSettings(
          new CounterfactualSettings(
              Chain.ALIGNED, 400, 20, 30, 0, Difference.ABSOLUTE, 0, Threshold.HEALTHY),
          99,
          64,
          Split.VALIDATION);

  public CalibrationSettings {
    if (!(percentile > 0 && percentile < 100)) {
      throw new IllegalArgumentException(
          "percentile is %s, expected a number between 0 and 100".formatted(percentile));
    }
    if (slices < 1) {
      throw new IllegalArgumentException("slices is %d, expected at least 1".formatted(slices));
    }
  }
}
