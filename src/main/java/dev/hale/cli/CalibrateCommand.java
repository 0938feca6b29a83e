package dev.hale.cli;

import dev.hale.detection.CounterfactualDetector;
import dev.hale.detection.CounterfactualSettings;
import dev.hale.detection.CounterfactualSettings.Chain;
import dev.hale.detection.CounterfactualSettings.Difference;
import dev.hale.detection.CounterfactualSettings.Threshold;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.experiment.Calibration;
import dev.hale.experiment.TrainingSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Settles how a model folder detects, and measures its threshold on healthy slices. */
@Command(
    name = "calibrate",
    header = "settle how a model detects and measure its threshold on healthy slices",
    description = {
      "Writes detector.json into a model folder: how detection runs unless told otherwise, and the"
          + " map's value at a percentile over the brain of healthy slices, which is the threshold"
          + " of --threshold healthy.",
      "",
      "The subjects should be ones that the model was trained on; no mask is read but for the image"
          + " labels."
    },
    footer = {
      "  The demo's:",
      "    hale calibrate --model models/demo --phantoms healthy,glioma,ms --subjects 12"
    })
final class CalibrateCommand implements Callable<Integer> {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Mixin SubjectOptions subjects;
  @Mixin Output output;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with diffusion.safetensors and classifier.safetensors.")
  Path model;

  @Option(
      names = "--noise-level",
      paramLabel = "L",
      defaultValue = "400",
      description =
          "How far up the training chain images are encoded, in training steps." + DEFAULT)
  int noiseLevel;

  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "20",
      description = "Network calls each way." + DEFAULT)
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      defaultValue = "30",
      description = "How strongly decoding is steered towards healthy." + DEFAULT)
  double guidance;

  @Option(
      names = "--encoding-label",
      paramLabel = "CLASS",
      defaultValue = "0",
      description = "Class told to a class-conditional network while encoding." + DEFAULT)
  int encodingLabel;

  @Option(
      names = "--difference",
      paramLabel = "KIND",
      defaultValue = "ABSOLUTE",
      description =
          "What the map shows: absolute (sum over channels) or brighter (first channel only)."
              + DEFAULT)
  Difference difference;

  @Option(
      names = "--smoothing",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Standard deviation of a Gaussian over the map, in model pixels." + DEFAULT)
  double smoothing;

  @Option(
      names = "--threshold",
      paramLabel = "RULE",
      defaultValue = "HEALTHY",
      description = "How the mask is cut unless told otherwise: otsu or healthy." + DEFAULT)
  Threshold threshold;

  @Option(
      names = "--percentile",
      paramLabel = "PERCENT",
      defaultValue = "99",
      description = "Percentile over healthy brain." + DEFAULT)
  double percentile;

  @Override
  public Integer call() {
    CounterfactualSettings settings =
        new CounterfactualSettings(
            Chain.ALIGNED,
            noiseLevel,
            steps,
            guidance,
            encodingLabel,
            difference,
            smoothing,
            Threshold.OTSU);
    DetectorConfig unmeasured = new DetectorConfig("counterfactual", settings, percentile, null);
    double value;
    try (CounterfactualDetector detector =
        new CounterfactualDetector(model, unmeasured, DetectorOptions.defaults())) {
      TrainingSource source = subjects.source(detector.channels());
      try (Progress progress = output.progress("Calibrating", source.subjects(), "subjects")) {
        value =
            Calibration.healthyThreshold(detector, source, percentile, done -> progress.advance(1));
      }
    }
    new DetectorConfig("counterfactual", settings.withThreshold(threshold), percentile, value)
        .write(model);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model);
    result.put("healthyPercentile", percentile);
    result.put("healthyThreshold", value);
    output.print(
        result,
        () ->
            "Percentile %s over healthy brain is %.4f. Wrote %s"
                .formatted(percentile, value, model.resolve("detector.json")));
    return ExitCode.OK.code();
  }
}
