package dev.hale.cli;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.CounterfactualDetector;
import dev.hale.detection.CounterfactualSettings.Threshold;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.experiment.Calibration;
import dev.hale.experiment.CalibrationSettings;
import dev.hale.experiment.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model folder's detector settings, with the threshold that healthy slices give. */
@Command(
    name = "calibrate",
    header = "set how a trained model detects, and its label-free threshold",
    description =
        "Measures the anomaly map on healthy slices, of the validation split unless calibration.split says otherwise, and stores a percentile of it over"
            + " their brains in the model's detector.json, with the settings that it was measured"
            + " with: those of the configuration's section \"calibration\".",
    footer = {
      "  hale calibrate configs/phantom-glioma.yaml --model model",
      "  hale calibrate configs/phantom-glioma.yaml --model model"
          + " --set calibration.guidance=100 --set calibration.smoothing=0"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Mixin ConfigOptions config;
  @Mixin Output output;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with diffusion.safetensors and classifier.safetensors.")
  Path model;

  @Override
  public Integer call() {
    TrainingConfig settings = config.read();
    CalibrationSettings calibration = settings.calibration();
    DetectorConfig unmeasured =
        new DetectorConfig(
            "counterfactual",
            calibration.detection().withThreshold(Threshold.OTSU),
            calibration.percentile(),
            null);
    double value;
    int slices;
    try (CounterfactualDetector detector =
            new CounterfactualDetector(model, unmeasured, DetectorOptions.defaults());
        PreparedSet set = PreparedData.open(settings.data(), output)) {
      List<Integer> rows = Calibration.healthyRows(set, calibration.split(), calibration.slices());
      slices = rows.size();
      try (Progress progress = output.progress("Calibrating", slices, "slices")) {
        value =
            Calibration.healthyThreshold(
                detector, set, rows, calibration.percentile(), progress::moveTo);
      }
    }
    new DetectorConfig("counterfactual", calibration.detection(), calibration.percentile(), value)
        .write(model);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model);
    result.put("slices", slices);
    result.put("healthyPercentile", calibration.percentile());
    result.put("healthyThreshold", value);
    output.print(
        result,
        () ->
            "Percentile %s over the brain of %d healthy slices is %.4f. Wrote %s"
                .formatted(
                    calibration.percentile(), slices, value, model.resolve("detector.json")));
    return ExitCode.OK.code();
  }
}
