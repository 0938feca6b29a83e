package dev.hale.app.experiment;

import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.app.recipe.CriticPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.Calibration;
import dev.hale.app.train.TrainingData;
import dev.hale.app.train.TrainingRun;
import dev.hale.app.train.network.JudgeKind;
import dev.hale.app.train.network.NetworkKind;
import dev.hale.app.train.network.NetworkKinds;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Methods;
import dev.hale.engine.Device;
import dev.hale.io.AtomicFile;
import dev.hale.scan.DataException;
import dev.hale.training.Processes;
import dev.hale.training.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The methods that hale has, trained and calibrated as the configuration says. Networks lie in the
 * fold's folder as {@code hale train} leaves them; methods share those that they have in common.
 */
public final class TrainedMethods implements MethodProvider {
  private final ChainCache chains = ChainCache.quarterOfHeap();
  private final Device device;

  /** The methods, to be trained and to detect on that device. */
  public TrainedMethods(Device device) {
    this.device = device;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public List<String> names() {
    return Methods.names();
  }

  @Override
  public double savedSeconds() {
    return chains.savedSeconds();
  }

  /** What a method is made of. A classifier is left out where nothing is guided by it. */
  private static List<NetworkKind> networks(DetectionMethod<?> method, TrainingConfig config) {
    return method instanceof LearnedMethod<?> learned
        ? networks(learned, config.calibration())
        : List.of();
  }

  private static <S extends MethodSettings> List<NetworkKind> networks(
      LearnedMethod<S> method, CalibrationSettings calibration) {
    return method.networks(settings(method, calibration)).stream()
        .map(NetworkKinds::named)
        .toList();
  }

  private static <S extends MethodSettings> S settings(
      LearnedMethod<S> method, CalibrationSettings calibration) {
    try {
      return method.settings(calibration);
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  @Override
  public boolean learns(String name, Fold fold) {
    return networks(known(name), fold.config()).stream()
        .anyMatch(network -> fold.given(network.title()).isEmpty());
  }

  @Override
  public void train(String name, Fold fold, ExperimentListener listener) {
    if (!(known(name) instanceof LearnedMethod<?> method)) {
      return;
    }
    try (PreparedSet set = TrainingData.open(fold.config().data())) {
      for (NetworkKind network : networks(method, fold.config())) {
        if (fold.given(network.title()).isEmpty()) {
          network.teacher(fold.config()).ifPresent(teacher -> train(teacher, fold, listener));
        }
        provide(network, fold, set, listener);
      }
      if (!Files.exists(fold.folder().resolve("detector-%s.json".formatted(method.name())))) {
        calibrate(method, fold, set, listener);
      }
    }
  }

  /** Trains a network, unless it is given. */
  private void provide(
      NetworkKind network, Fold fold, PreparedSet set, ExperimentListener listener) {
    Optional<Path> given = fold.given(network.title());
    if (given.isPresent()) {
      place(given.get(), fold);
    } else {
      train(network, fold, set, listener);
    }
  }

  private void train(NetworkKind network, Fold fold, PreparedSet set, ExperimentListener listener) {
    TrainingRun run =
        new TrainingRun(fold.config(), network, fold.folder(), device, Processes.ALONE, 0);
    try {
      String title = "Training %s, %s".formatted(network.title(), fold.name());
      Start start = Files.isDirectory(run.folder()) ? Start.RESUME : Start.FRESH;
      PreparedSet lessons =
          network.lessons(
              fold.config(),
              set,
              fold.folder(),
              options(fold),
              listener.onDetection("Marking for %s, %s".formatted(network.title(), fold.name())));
      run.run(start, lessons, listener.onTraining(title)); // a finished one has no step left to do
    } finally {
      listener.onEnd();
    }
  }

  private static void place(Path network, Fold fold) {
    Path target = fold.folder().resolve(network.getFileName());
    if (!Files.exists(target)) {
      AtomicFile.write(target, out -> Files.copy(network, out));
    }
  }

  private void calibrate(
      LearnedMethod<?> method, Fold fold, PreparedSet set, ExperimentListener listener) {
    CalibrationSettings calibration = fold.config().calibration();
    Calibration.Rows rows = Calibration.rows(set, method, calibration);
    try {
      Calibration.measure(
              fold.folder(),
              method,
              calibration,
              set,
              rows,
              options(fold),
              chains,
              listener.onDetection("Calibrating %s, %s".formatted(method.name(), fold.name())))
          .config()
          .writeBeside(fold.folder());
    } finally {
      listener.onEnd();
    }
  }

  @Override
  public AnomalyDetector open(String name, Fold fold) {
    DetectionMethod<?> method = known(name);
    DetectorConfig config =
        method.withoutModel().isPresent()
            ? DetectorConfig.withoutModel(method)
            : DetectorConfig.read(fold.folder(), method);
    return method.detector(fold.folder(), config, options(fold), chains);
  }

  private DetectorOptions options(Fold fold) {
    int batch = DetectorOptions.on(device).batchSize();
    return new DetectorOptions(device, fold.precision(), batch, fold.seed());
  }

  @Override
  public Map<String, Path> trainingLogs(String name, Fold fold) {
    return logs(networks(known(name), fold.config()), fold);
  }

  private static Map<String, Path> logs(List<NetworkKind> networks, Fold fold) {
    Map<String, Path> logs = new LinkedHashMap<>();
    for (NetworkKind network : networks) {
      Path log = fold.folder().resolve(network.title()).resolve("metrics.jsonl");
      if (Files.exists(log)) {
        logs.put(network.title(), log);
      }
    }
    return logs;
  }

  @Override
  public List<String> critics(String name, Fold fold) {
    return networks(known(name), fold.config()).stream()
        .filter(network -> network.plan(fold.config()) instanceof CriticPlan)
        .map(NetworkKind::title)
        .toList();
  }

  @Override
  public ImageScorer critic(String name, Fold fold) {
    return new CriticScorer(
        fold.folder().resolve(name + ".safetensors"),
        fold.config().data().preparation().preprocessing(),
        device);
  }

  @Override
  public Optional<Judge> judge(Fold fold, ExperimentListener listener) {
    if (fold.config().judgePlan().isEmpty()) {
      return Optional.empty();
    }
    try (PreparedSet set = TrainingData.open(fold.config().data())) {
      provide(NetworkKinds.named(JudgeKind.TITLE), fold, set, listener);
      return Optional.of(new CriticJudge(fold.folder(), set, fold.config().calibration(), device));
    }
  }

  @Override
  public Map<String, Path> judgeLog(Fold fold) {
    return logs(List.of(NetworkKinds.named(JudgeKind.TITLE)), fold);
  }

  private static DetectionMethod<?> known(String name) {
    try {
      return Methods.named(name);
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
