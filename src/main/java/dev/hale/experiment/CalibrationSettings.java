package dev.hale.experiment;

import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.data.prepared.Split;
import dev.hale.detection.AttributionSettings;
import dev.hale.detection.CounterfactualSettings;
import dev.hale.detection.CounterfactualSettings.Chain;
import dev.hale.detection.DetectionMethod;
import dev.hale.detection.Difference;
import dev.hale.detection.FusionSettings;
import dev.hale.detection.GateSettings;
import dev.hale.detection.MethodSettings;
import dev.hale.detection.RegenerationSettings;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.TranslationSettings;
import dev.hale.experiment.config.Inline;
import java.util.Optional;

/**
 * How detection runs with the trained networks, and how its label-free threshold is measured.
 *
 * @param detection noise level, steps, guidance and so on
 * @param percentile of the map over the brain pixels of healthy slices, in (0, 100); by image
 *     labels, the least threshold
 * @param slices how many of them are drawn, at least 1; by image labels, as many diseased ones, too
 * @param diseasedSubjects a glob of the names of subjects whose diseased slices may be drawn; all
 *     where it is missing. For sets that hold more diseases than are to be detected
 * @param split whose slices they are; on the images that the networks learned from, the map is
 *     smaller than on others and so is the threshold
 * @param attribution how a critic's attribution becomes a map
 * @param gatePercentile of the attribution over the same pixels, at which a gate is fully open, in
 *     (0, 100)
 * @param constrainedGuidance s of {@code combined-guidance}; {@code guidance} where it is missing
 * @param classifierFreeWeight w of {@code classifier-free}; {@code guidance} where it is missing
 * @param regeneration how {@code combined-regeneration} makes new what it finds; its default where
 *     it is missing
 */
public record CalibrationSettings(
    @Inline CounterfactualSettings detection,
    double percentile,
    int slices,
    Optional<String> diseasedSubjects,
    Split split,
    AttributionSettings attribution,
    double gatePercentile,
    Optional<Double> constrainedGuidance,
    Optional<Double> classifierFreeWeight,
    Optional<RegenerationSettings.Chain> regeneration) {
  /** What a configuration that is silent gets. */
  public static final CalibrationSettings DEFAULT =
      new CalibrationSettings(
          new CounterfactualSettings(
              Chain.ALIGNED, 400, 20, 0, 30, 1, 0, Difference.ABSOLUTE, 0, ThresholdRule.HEALTHY),
          99,
          64,
          Optional.empty(),
          Split.VALIDATION,
          new AttributionSettings(
              AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, 1.5, ThresholdRule.HEALTHY),
          99,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public CalibrationSettings {
    requirePercentile("percentile", percentile);
    requirePercentile("gate_percentile", gatePercentile);
    if (slices < 1) {
      throw new IllegalArgumentException("slices is %d, expected at least 1".formatted(slices));
    }
  }

  private static void requirePercentile(String name, double value) {
    if (!(value > 0 && value < 100)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a number between 0 and 100".formatted(name, value));
    }
  }

  /**
   * How a method runs. Methods that draw at random call their network in every step. Methods that
   * make a healthy image in one call share the counterfactual's difference, smoothing and threshold
   * rule; combinations have both parts.
   *
   * @throws IllegalArgumentException for {@code intensity}, which is not calibrated
   */
  public MethodSettings settings(DetectionMethod method) {
    return switch (method) {
      case COUNTERFACTUAL -> detection;
      case DDPM, RECONSTRUCTION -> detection.withCalls(0);
      case COMBINED_GUIDANCE ->
          detection.withGuidance(constrainedGuidance.orElse(detection.guidance()));
      case CLASSIFIER_FREE ->
          detection.withGuidance(classifierFreeWeight.orElse(detection.guidance()));
      case ATTRIBUTION, ATTRIBUTION_UNCONSTRAINED -> attribution;
      case COMBINED_GATE -> new GateSettings(detection, attribution, null);
      case COMBINED_FUSION -> new FusionSettings(detection, attribution, null);
      case COMBINED_REGENERATION ->
          new RegenerationSettings(
              new FusionSettings(detection, attribution, null),
              regeneration.orElse(RegenerationSettings.Chain.DEFAULT),
              null);
      case VAE, FIXED_POINT_GAN ->
          new TranslationSettings(
              detection.difference(), detection.smoothing(), detection.threshold());
      case INTENSITY -> throw new IllegalArgumentException("intensity has nothing to calibrate");
    };
  }
}
