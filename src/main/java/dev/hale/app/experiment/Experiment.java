package dev.hale.app.experiment;

import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.Figure;
import dev.hale.app.experiment.report.ReportPage;
import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.experiment.report.ScoredImage;
import dev.hale.app.experiment.report.Strata;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.app.prepare.Preparation;
import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.prepare.Subject;
import dev.hale.app.recipe.DataSettings;
import dev.hale.app.train.TrainingData;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.AnomalyDetector;
import dev.hale.io.AtomicFile;
import dev.hale.io.FolderLock;
import dev.hale.io.Folders;
import dev.hale.scan.DataException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final MethodProvider methods;
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
      ExperimentConfig config, boolean quick, Path out, MethodProvider methods, String command) {
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
    try (FolderLock lock = FolderLock.of(out)) {
      return runAlone(listener);
    }
  }

  private ExperimentResult runAlone(ExperimentListener listener) {
    List<TestFold> testFolds = TestFold.of(config, out);
    Map<String, String> strata = strata(testFolds);
    ManifestFile manifest = new ManifestFile(out, config, quick, command, methods.device());
    testFolds.forEach(testFold -> manifest.requireSame(testFold.fold()));
    config.givenNetworks().forEach(manifest::add);
    manifest.write();
    for (TestFold testFold : testFolds) {
      prepare(testFold.fold(), manifest, listener);
      for (String method : methodsOf(testFold)) {
        run(testFold, method, manifest, listener);
      }
      if (config.strata().isPresent()) {
        criticsOf(testFold).forEach(critic -> stage(testFold).run(critic, methods, listener));
      }
      measureHealthyImages(testFold, manifest, listener);
    }
    ExperimentResult result =
        ExperimentResult.of(
            new ExperimentResult.About(
                config.name(),
                config.title(),
                TestFold.split(config, testFolds),
                config.reference(),
                config.presentParents(),
                config.seed(),
                config.seeds().orElse(List.of()),
                manifest.finish()),
            results(testFolds),
            config.strata().map(column -> new Strata(column, strata, logits(testFolds))));
    result.write(out);
    String page = ReportPage.html(result, figures(testFolds), trainings(testFolds));
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

  /** Those that run in a testFold: one that learns nothing is the same whatever the seed. */
  private List<String> methodsOf(TestFold testFold) {
    return config.methods().stream()
        .filter(method -> isFirst(testFold) || methods.learns(method, testFold.fold()))
        .toList();
  }

  private boolean isFirst(TestFold testFold) {
    return testFold.fold().seed() == config.firstSeed();
  }

  private void run(
      TestFold testFold, String method, ManifestFile manifest, ExperimentListener listener) {
    Fold fold = testFold.fold();
    List<Subject> missing =
        testFold.cases().stream().filter(one -> !folder(fold, method, one).isFinished()).toList();
    if (missing.isEmpty()) {
      return;
    }
    train(fold, method, manifest, listener);
    try (AnomalyDetector detector = methods.open(method, fold)) {
      List<TestScan> scans =
          missing.stream().map(subject -> new TestScan(method, fold, subject)).toList();
      new TestDetection("%s, %s".formatted(method, fold.name()), scans, methods, manifest, listener)
          .run(detector, subject -> ResultFolder.of(out, fold, method, subject).folder());
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
    Folders.make(trained.getParent());
    ResultFiles.write(trained, Map.of("seconds", seconds));
    manifest.spent("training %s, %s".formatted(method, fold.name()), seconds);
  }

  private void measureHealthyImages(
      TestFold testFold, ManifestFile manifest, ExperimentListener listener) {
    Fold fold = testFold.fold();
    HealthyImageStage stage =
        new HealthyImageStage(
            testFold, config.methods(), (method, subject) -> folder(fold, method, subject));
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

  private ResultFolder folder(Fold fold, String method, Subject subject) {
    return ResultFolder.of(out, fold, method, subject.name());
  }

  private List<SubjectResult> results(List<TestFold> testFolds) {
    List<SubjectResult> results = new ArrayList<>();
    for (String method : config.methods()) {
      for (TestFold testFold : testFolds) {
        if (methodsOf(testFold).contains(method)) {
          for (Subject subject : testFold.cases()) {
            results.add(folder(testFold.fold(), method, subject).read(testFold.fold().seed()));
          }
        }
      }
    }
    return results;
  }

  /** Stratum of each test subject; empty where the experiment has no strata. */
  private Map<String, String> strata(List<TestFold> testFolds) {
    Map<String, String> strata = new HashMap<>();
    config
        .strata()
        .map(name -> new TableColumn("strata", name))
        .ifPresent(
            column ->
                testFolds.stream()
                    .flatMap(testFold -> testFold.cases().stream())
                    .forEach(subject -> strata.put(subject.name(), column.of(subject))));
    return strata;
  }

  private List<String> criticsOf(TestFold testFold) {
    return methodsOf(testFold).stream()
        .flatMap(method -> methods.critics(method, testFold.fold()).stream())
        .distinct()
        .toList();
  }

  private CriticStage stage(TestFold testFold) {
    String any = methodsOf(testFold).get(0);
    return new CriticStage(testFold, subject -> folder(testFold.fold(), any, subject));
  }

  private List<ScoredImage> logits(List<TestFold> testFolds) {
    return testFolds.stream()
        .flatMap(
            testFold ->
                criticsOf(testFold).stream()
                    .flatMap(critic -> stage(testFold).read(critic).stream()))
        .toList();
  }

  private List<Figure> figures(List<TestFold> testFolds) {
    return MethodMontage.figures(
        testFolds.stream().filter(this::isFirst).toList(),
        config.methods(),
        (testFold, method, one) -> folder(testFold.fold(), method, one));
  }

  /** Logs by fold and network, each once though several methods may share it. */
  private Map<String, Path> trainings(List<TestFold> testFolds) {
    Map<String, Path> trainings = new LinkedHashMap<>();
    for (TestFold testFold : testFolds) {
      String left = config.test().leaveOneOut().isPresent() ? "without " : "";
      String fold = testFolds.size() == 1 ? "" : ", " + left + testFold.fold().name();
      Stream.concat(
              methodsOf(testFold).stream()
                  .map(method -> methods.trainingLogs(method, testFold.fold())),
              Stream.of(methods.judgeLog(testFold.fold())))
          .forEach(
              logs -> logs.forEach((network, log) -> trainings.putIfAbsent(network + fold, log)));
    }
    return trainings;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
