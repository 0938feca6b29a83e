package dev.hale.experiment;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.AnomalyDetector;
import dev.hale.experiment.report.ExperimentResult;
import dev.hale.experiment.report.Figure;
import dev.hale.experiment.report.ReportPage;
import dev.hale.experiment.report.ResultFiles;
import dev.hale.experiment.report.SubjectResult;
import dev.hale.io.AtomicFile;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains what is missing, detects, measures and reports. Every piece of work leaves a file when it
 * is finished, and a piece whose file is there is not done again, so an experiment may be killed at
 * any moment and run once more.
 *
 * <p>Below its folder: {@code folds/FOLD} for data and models, {@code results/FOLD/METHOD/SUBJECT}
 * for what was found, each with {@code seed-SEED} below FOLD where the experiment has seeds, {@code
 * manifest.json}, {@code results.json}, {@code results.md} and {@code report.html}.
 */
public final class Experiment {
  private final ExperimentConfig config;
  private final boolean quick;
  private final Path out;
  private final ExperimentMethods methods;
  private final String command;

  /**
   * An experiment.
   *
   * @param config as it stands in its file
   * @param quick whether to run its small version
   * @param out its folder
   * @param methods those that it may name
   * @param command that runs it, for the report
   * @throws DataException where it names a method that there is not
   */
  public Experiment(
      ExperimentConfig config, boolean quick, Path out, ExperimentMethods methods, String command) {
    this.config = quick ? config.small() : config;
    this.quick = quick;
    this.out = out;
    this.methods = methods;
    this.command = command;
    for (String method : this.config.methods()) {
      if (!methods.names().contains(method)) {
        throw new DataException(
            "experiment %s: there is no method %s; known are %s"
                .formatted(config.name(), method, String.join(", ", methods.names())));
      }
    }
  }

  /** The folder of an experiment unless another is named. */
  public static Path defaultFolder(ExperimentConfig config, boolean quick) {
    return Path.of("out", "experiments", config.name() + (quick ? "-quick" : ""));
  }

  /**
   * Runs what is not finished yet, and writes the report.
   *
   * @throws dev.hale.engine.DeviceException if the methods' device is absent; nothing is written
   *     then
   * @throws dev.hale.HaleException where something cannot be read, trained or written; what is
   *     finished stays
   */
  public ExperimentResult run(ExperimentListener listener) {
    methods.device().requireAvailable();
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new DataException("%s: cannot be made: %s".formatted(out, e), e);
    }
    List<Trial> trials = Trial.of(config, out);
    ManifestFile manifest = new ManifestFile(out, config, quick, command, methods.device());
    trials.forEach(trial -> manifest.requireSame(trial.fold()));
    config.givenNetworks().forEach(manifest::add);
    manifest.write();
    for (Trial trial : trials) {
      prepare(trial.fold(), manifest, listener);
      for (String method : methodsOf(trial)) {
        run(trial, method, manifest, listener);
      }
      measureHealthyImages(trial, manifest, listener);
    }
    ExperimentResult result =
        ExperimentResult.of(
            new ExperimentResult.About(
                config.name(),
                config.title(),
                Trial.split(config, trials),
                config.reference(),
                config.presentParents(),
                config.seed(),
                config.seeds().orElse(List.of()),
                manifest.finish()),
            results(trials));
    result.write(out);
    String page = ReportPage.html(result, figures(trials), trainings(trials));
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(out.resolve("report.html"), file -> file.write(bytes));
    return result;
  }

  private static void prepare(Fold fold, ManifestFile manifest, ExperimentListener listener) {
    DataSettings data = fold.config().data();
    if (!TrainingData.isPrepared(data)) {
      long start = System.nanoTime();
      try {
        PreparationPlan plan = PreparationPlan.of(data.preparation());
        plan.warnings().forEach(listener::onWarning);
        Preparation.run(
                data.preparation(),
                plan,
                data.set(),
                listener.onPreparation("Preparing " + fold.name(), plan.items().size()))
            .forEach(
                left -> listener.onNote("left out %s: %s".formatted(left.what(), left.reason())));
      } finally {
        listener.onEnd();
      }
      manifest.spent("preparing " + fold.name(), since(start));
    }
    try (PreparedSet set = TrainingData.open(data)) {
      manifest.add(fold, set);
      set.warnings().forEach(listener::onWarning); // of earlier runs, too
    }
  }

  /** Those that run in a trial: one that learns nothing is the same whatever the seed. */
  private List<String> methodsOf(Trial trial) {
    return config.methods().stream()
        .filter(method -> isFirst(trial) || methods.learns(method, trial.fold()))
        .toList();
  }

  private boolean isFirst(Trial trial) {
    return trial.fold().seed() == config.firstSeed();
  }

  private void run(Trial trial, String method, ManifestFile manifest, ExperimentListener listener) {
    Fold fold = trial.fold();
    List<Candidate> missing =
        trial.cases().stream().filter(one -> !folder(fold, method, one).isFinished()).toList();
    if (missing.isEmpty()) {
      return;
    }
    train(fold, method, manifest, listener);
    try (AnomalyDetector detector = methods.open(method, fold)) {
      for (Candidate candidate : missing) {
        detect(fold, method, detector, candidate, manifest, listener);
      }
    }
  }

  private void train(Fold fold, String method, ManifestFile manifest, ExperimentListener listener) {
    Path trained = fold.folder().resolve("trained").resolve(method + ".json");
    if (Files.exists(trained)) {
      return;
    }
    long start = System.nanoTime();
    methods.train(method, fold, listener);
    double seconds = since(start);
    try {
      Files.createDirectories(trained.getParent());
    } catch (IOException e) {
      throw new DataException("%s: cannot be made: %s".formatted(trained.getParent(), e), e);
    }
    ResultFiles.write(trained, Map.of("seconds", seconds));
    manifest.spent("training %s, %s".formatted(method, fold.name()), seconds);
  }

  private void detect(
      Fold fold,
      String method,
      AnomalyDetector detector,
      Candidate candidate,
      ManifestFile manifest,
      ExperimentListener listener) {
    List<String> channels = fold.config().data().preparation().channels();
    TestSubject subject = TestSubject.read(candidate, channels); // one brain for all methods
    manifest.add(subject.scan().name(), subject.sha256());
    double saved = methods.savedSeconds();
    long start = System.nanoTime();
    AnomalyMap found;
    try {
      String title = "%s, %s".formatted(method, candidate.subject());
      found = detector.detect(subject.scan(), subject.brain(), listener.onDetection(title));
    } finally {
      listener.onEnd();
    }
    double spent = since(start);
    double alone = spent + methods.savedSeconds() - saved;
    folder(fold, method, candidate).write(method, fold, subject, found, alone);
    manifest.spent("detecting %s, %s".formatted(method, fold.name()), spent);
  }

  private void measureHealthyImages(
      Trial trial, ManifestFile manifest, ExperimentListener listener) {
    Fold fold = trial.fold();
    HealthyImageStage stage =
        new HealthyImageStage(
            trial, config.methods(), (method, candidate) -> folder(fold, method, candidate));
    stage
        .incomplete()
        .forEach(
            result ->
                listener.onNote(
                    ("%s holds one channel of its healthy image, as an earlier hale kept it, and"
                            + " cannot be measured; remove the folder to have it made again")
                        .formatted(result.folder())));
    if (!stage.isWaiting()) {
      return;
    }
    long begin = System.nanoTime();
    Optional<Judge> judge = methods.judge(fold, listener);
    long trained = System.nanoTime();
    try {
      stage.run(judge, listener);
    } finally {
      judge.ifPresent(Judge::close);
    }
    manifest.spent("training the judge, " + fold.name(), (trained - begin) / 1e9);
    manifest.spent("measuring healthy images, " + fold.name(), since(trained));
  }

  private ResultFolder folder(Fold fold, String method, Candidate candidate) {
    return ResultFolder.of(out, fold, method, candidate.subject());
  }

  private List<SubjectResult> results(List<Trial> trials) {
    List<SubjectResult> results = new ArrayList<>();
    for (String method : config.methods()) {
      for (Trial trial : trials) {
        if (methodsOf(trial).contains(method)) {
          for (Candidate candidate : trial.cases()) {
            results.add(folder(trial.fold(), method, candidate).read(trial.fold().seed()));
          }
        }
      }
    }
    return results;
  }

  private List<Figure> figures(List<Trial> trials) {
    return MethodMontage.figures(
        trials.stream().filter(this::isFirst).toList(),
        config.methods(),
        (trial, method, one) -> folder(trial.fold(), method, one));
  }

  /** Logs by fold and network, each once though several methods may share it. */
  private Map<String, Path> trainings(List<Trial> trials) {
    Map<String, Path> trainings = new LinkedHashMap<>();
    for (Trial trial : trials) {
      String left = config.test().leaveOneOut().isPresent() ? "without " : "";
      String fold = trials.size() == 1 ? "" : ", " + left + trial.fold().name();
      Stream.concat(
              methodsOf(trial).stream().map(method -> methods.trainingLogs(method, trial.fold())),
              Stream.of(methods.judgeLog(trial.fold())))
          .forEach(
              logs -> logs.forEach((network, log) -> trainings.putIfAbsent(network + fold, log)));
    }
    return trainings;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
