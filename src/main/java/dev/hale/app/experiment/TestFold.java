package dev.hale.app.experiment;

import dev.hale.app.prepare.PreparationPlan;
import dev.hale.app.prepare.Subject;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.prepared.Split;
import dev.hale.io.PortableName;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A fold of an experiment with the subjects that are tested in it. */
record TestFold(Fold fold, List<Subject> cases) {
  private static final String ONLY = "all";

  /**
   * The testFolds of an experiment whose files go to {@code out}.
   *
   * @throws DataException where two patients or subjects cannot have a folder each
   */
  static List<TestFold> of(ExperimentConfig experiment, Path out) {
    List<TestFold> once = once(experiment, out);
    return experiment
        .seeds()
        .map(
            seeds ->
                seeds.stream()
                    .flatMap(
                        seed ->
                            once.stream()
                                .map(
                                    testFold ->
                                        new TestFold(testFold.fold.withSeed(seed), testFold.cases)))
                    .toList())
        .orElse(once);
  }

  private static List<TestFold> once(ExperimentConfig experiment, Path out) {
    TestSettings test = experiment.test();
    List<TestFold> testFolds =
        test.phantoms().isPresent()
            ? phantoms(experiment, test.phantoms().get(), out)
            : test.leaveOneOut().isPresent()
                ? leaveOneOut(experiment, test.leaveOneOut().get(), out)
                : test.crossValidation().isPresent()
                    ? crossValidation(experiment, test.crossValidation().get(), out)
                    : heldOut(experiment, test.heldOut().orElseThrow(), out);
    for (TestFold testFold : testFolds) {
      PortableName.requireApart(testFold.cases.stream().map(Subject::name).toList(), "subjects");
    }
    return testFolds;
  }

  /** How patients are kept apart, in a sentence without its full stop. */
  static String split(ExperimentConfig experiment, List<TestFold> testFolds) {
    List<Path> given = experiment.givenNetworks();
    return patients(experiment, testFolds)
        + (given.isEmpty()
            ? ""
            : "; %s taken as found"
                .formatted(given.stream().map(Path::toString).collect(Collectors.joining(", "))));
  }

  private static String patients(ExperimentConfig experiment, List<TestFold> testFolds) {
    if (experiment.test().phantoms().isPresent()) {
      TestSettings.Phantoms tested = experiment.test().phantoms().get();
      PreparationSettings trained = testFolds.get(0).fold.config().data().preparation();
      String what =
          trained.madeUp()
              ? "%d phantoms (seeds %d–%d)"
                  .formatted(
                      trained.subjects(), trained.seed(), trained.seed() + trained.subjects() - 1)
              : "other data";
      return "Trained on %s; tested on phantoms that training never sees (seeds %d–%d)"
          .formatted(
              what,
              tested.firstSeed(),
              tested.firstSeed() + tested.subjects() + tested.healthy() - 1);
    }
    if (experiment.test().crossValidation().isPresent()) {
      TestSettings.CrossValidation shares = experiment.test().crossValidation().get();
      return "Cross-validation in %d folds by patient (seed %d)%s: each patient is tested once, by methods that were trained anew on the patients of the other folds"
          .formatted(
              shares.folds(),
              experiment.seed(),
              shares.most() < shares.folds() ? ", %d of them run".formatted(shares.most()) : "");
    }
    if (experiment.test().leaveOneOut().isEmpty()) {
      return experiment.test().heldOut().orElseThrow().validation()
          ? "Tested on the patients of the test and the validation split, trained on the others; image labels of the validation split may have chosen settings"
          : "Tested on the patients of the test split, trained on the others";
    }
    return experiment
        .test()
        .leaveOneOut()
        .get()
        .by()
        .map(
            "Leave one %1$s out: for each %1$s every method is trained anew on the others"
                ::formatted)
        .orElse(
            "Leave one patient out: for each test patient every method is trained anew on the others");
  }

  private static List<TestFold> phantoms(
      ExperimentConfig experiment, TestSettings.Phantoms test, Path out) {
    Fold fold = fold(experiment, ONLY, out, List.of());
    PreparationSettings trained = fold.config().data().preparation();
    long last = test.firstSeed() + test.subjects() + test.healthy() - 1;
    if (trained.madeUp()
        && test.firstSeed() < trained.seed() + trained.subjects()
        && last >= trained.seed()) {
      throw new DataException(
          "test phantoms have seeds %d to %d, training phantoms %d to %d: no person may be in both"
              .formatted(
                  test.firstSeed(), last, trained.seed(), trained.seed() + trained.subjects() - 1));
    }
    List<Subject> cases = new ArrayList<>();
    for (int i = 0; i < test.subjects() + test.healthy(); i++) {
      Pathology pathology = i < test.subjects() ? test.pathology() : Pathology.HEALTHY;
      long seed = test.firstSeed() + i;
      cases.add(new Subject.MadeUp(pathology, seed, trained.balancedScanner(seed)));
    }
    return List.of(new TestFold(fold, cases));
  }

  private static List<TestFold> leaveOneOut(
      ExperimentConfig experiment, TestSettings.LeaveOneOut test, Path out) {
    PreparationPlan everybody = everybody(experiment);
    PatientGroups groups =
        test.by()
            .map(by -> PatientGroups.by(new TableColumn("leave_one_out.by", by), everybody))
            .orElseGet(() -> PatientGroups.single(everybody, test.patients()));
    return leavingOut(experiment, everybody, groups.atMost(test.most()), out);
  }

  private static List<TestFold> crossValidation(
      ExperimentConfig experiment, TestSettings.CrossValidation test, Path out) {
    PreparationPlan everybody = everybody(experiment);
    PatientGroups groups = PatientGroups.folds(everybody, test.folds(), experiment.seed());
    return leavingOut(experiment, everybody, groups.atMost(test.most()), out);
  }

  /** Everybody there is, whomever the configuration puts aside. */
  private static PreparationPlan everybody(ExperimentConfig experiment) {
    List<String> values = new ArrayList<>(experiment.overrides());
    values.add("data.test_subjects=[]");
    values.add("data.training_patients=null");
    return PreparationPlan.of(
        TrainingConfig.read(experiment.config(), values).data().preparation());
  }

  /** A fold for each group, trained on all others. */
  private static List<TestFold> leavingOut(
      ExperimentConfig experiment, PreparationPlan everybody, PatientGroups groups, Path out) {
    PortableName.requireApart(groups.patients().keySet(), groups.what());
    List<TestFold> testFolds = new ArrayList<>();
    groups
        .patients()
        .forEach(
            (name, patients) -> {
              Set<String> left = Set.copyOf(patients);
              List<Subject> cases =
                  everybody.subjects().stream()
                      .filter(subject -> left.contains(subject.patient()))
                      .toList();
              String aside =
                  patients.stream()
                      .map(TestFold::quoted)
                      .collect(Collectors.joining(", ", "data.test_subjects=[", "]"));
              List<String> values = List.of(aside, "data.test=0"); // all others are trained on
              testFolds.add(new TestFold(fold(experiment, name, out, values), cases));
            });
    return testFolds;
  }

  private static List<TestFold> heldOut(
      ExperimentConfig experiment, TestSettings.HeldOut test, Path out) {
    Fold fold = fold(experiment, ONLY, out, List.of());
    PreparationPlan plan = PreparationPlan.of(fold.config().data().preparation());
    Set<Split> splits =
        test.validation() ? EnumSet.of(Split.TEST, Split.VALIDATION) : EnumSet.of(Split.TEST);
    List<Subject> tested =
        plan.subjects().stream().filter(subject -> splits.contains(plan.split(subject))).toList();
    Set<String> patients =
        tested.stream()
            .map(Subject::patient)
            .sorted()
            .distinct()
            .limit(test.most())
            .collect(Collectors.toSet());
    if (patients.isEmpty()) {
      throw new DataException(
          "%s puts no patient aside for testing; set data.test or data.test_subjects"
              .formatted(experiment.config()));
    }
    return List.of(
        new TestFold(
            fold, tested.stream().filter(one -> patients.contains(one.patient())).toList()));
  }

  private static Fold fold(
      ExperimentConfig experiment, String name, Path out, List<String> overrides) {
    Path folder = out.resolve("folds").resolve(PortableName.of(name));
    List<String> values = new ArrayList<>(experiment.overrides());
    values.addAll(overrides);
    values.add("data.set=" + quoted(folder.resolve("data").toString()));
    TrainingConfig config = TrainingConfig.read(experiment.config(), values);
    return new Fold(
        name,
        folder,
        config,
        experiment.givenNetworks(),
        experiment.precisionOrFloat32(),
        experiment.seed());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
