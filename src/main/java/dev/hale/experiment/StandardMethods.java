package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.CounterfactualDetector;
import dev.hale.detection.CounterfactualSettings.Threshold;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.experiment.TrainingRun.Network;
import dev.hale.training.Start;
import dev.hale.training.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The methods that hale has: {@code counterfactual}, trained and calibrated as the configuration
 * says, and {@code intensity}. Networks lie in the fold's folder as {@code hale train} leaves them.
 */
public final class StandardMethods implements ExperimentMethods {
  private static final String COUNTERFACTUAL = "counterfactual";
  private static final String INTENSITY = "intensity";

  @Override
  public List<String> names() {
    return List.of(COUNTERFACTUAL, INTENSITY);
  }

  @Override
  public void train(String method, Fold fold, ExperimentListener listener) {
    if (known(method).equals(INTENSITY)) {
      return;
    }
    try (PreparedSet set = TrainingData.open(fold.config().data())) {
      for (Network network : Network.values()) {
        train(network, fold, set, listener);
      }
      if (!Files.exists(fold.folder().resolve("detector.json"))) {
        calibrate(fold, set, listener);
      }
    }
  }

  private static void train(
      Network network, Fold fold, PreparedSet set, ExperimentListener listener) {
    TrainingRun run = new TrainingRun(fold.config(), network, fold.folder(), Workers.ALONE);
    try {
      String title = "Training %s, %s".formatted(network.title(), fold.name());
      Start start = Files.isDirectory(run.folder()) ? Start.RESUME : Start.FRESH;
      run.run(start, set, listener.onTraining(title)); // a finished one has no step left to do
    } finally {
      listener.onEnd();
    }
  }

  private static void calibrate(Fold fold, PreparedSet set, ExperimentListener listener) {
    CalibrationSettings calibration = fold.config().calibration();
    DetectorConfig unmeasured =
        new DetectorConfig(
            COUNTERFACTUAL,
            calibration.detection().withThreshold(Threshold.OTSU),
            calibration.percentile(),
            null);
    List<Integer> rows = Calibration.healthyRows(set, calibration.split(), calibration.slices());
    double threshold;
    try (CounterfactualDetector detector =
        new CounterfactualDetector(fold.folder(), unmeasured, options(fold))) {
      threshold =
          Calibration.healthyThreshold(
              detector,
              set,
              rows,
              calibration.percentile(),
              listener.onDetection("Calibrating, " + fold.name()));
    } finally {
      listener.onEnd();
    }
    new DetectorConfig(COUNTERFACTUAL, calibration.detection(), calibration.percentile(), threshold)
        .write(fold.folder());
  }

  @Override
  public AnomalyDetector open(String method, Fold fold) {
    return known(method).equals(INTENSITY)
        ? new FlairIntensity(fold.config().data().preparation().preprocessing())
        : new CounterfactualDetector(
            fold.folder(), DetectorConfig.read(fold.folder()), options(fold));
  }

  private static DetectorOptions options(Fold fold) {
    DetectorOptions defaults = DetectorOptions.defaults();
    return new DetectorOptions(
        defaults.device(), defaults.precision(), defaults.batchSize(), fold.seed());
  }

  @Override
  public Map<String, Path> trainingLogs(String method, Fold fold) {
    Map<String, Path> logs = new LinkedHashMap<>();
    if (known(method).equals(COUNTERFACTUAL)) {
      for (Network network : Network.values()) {
        Path log = fold.folder().resolve(network.title()).resolve("metrics.jsonl");
        if (Files.exists(log)) {
          logs.put(network.title(), log);
        }
      }
    }
    return logs;
  }

  private String known(String method) {
    if (!names().contains(method)) {
      throw new DataException(
          "there is no method %s; choose from %s".formatted(method, String.join(", ", names())));
    }
    return method;
  }
}
