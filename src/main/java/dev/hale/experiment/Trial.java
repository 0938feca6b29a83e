package dev.hale.experiment;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.prepared.Split;
import dev.hale.io.PortableName;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A fold of an experiment with the subjects that are tested in it. */
record Trial(Fold fold, List<Candidate> cases) {
  private static final String ONLY = "all";

  /**
   * The trials of an experiment whose files go to {@code out}.
   *
   * @throws DataException where two patients or subjects cannot have a folder each
   */
  static List<Trial> of(ExperimentConfig experiment, Path out) {
    List<Trial> once = once(experiment, out);
    return experiment
        .seeds()
        .map(
            seeds ->
                seeds.stream()
                    .flatMap(
                        seed ->
                            once.stream()
                                .map(trial -> new Trial(trial.fold.withSeed(seed), trial.cases)))
                    .toList())
        .orElse(once);
  }

  private static List<Trial> once(ExperimentConfig experiment, Path out) {
    TestSettings test = experiment.test();
    List<Trial> trials =
        test.phantoms().isPresent()
            ? phantoms(experiment, test.phantoms().get(), out)
            : test.leaveOneOut().isPresent()
                ? leaveOneOut(experiment, test.leaveOneOut().get(), out)
                : heldOut(experiment, test.heldOut().orElseThrow(), out);
    PortableName.requireApart(trials.stream().map(one -> one.fold.name()).toList(), "patients");
    for (Trial trial : trials) {
      PortableName.requireApart(trial.cases.stream().map(Candidate::subject).toList(), "subjects");
    }
    return trials;
  }

  /** How patients are kept apart, in a sentence without its full stop. */
  static String split(ExperimentConfig experiment, List<Trial> trials) {
    List<Path> given = experiment.givenNetworks();
    return patients(experiment, trials)
        + (given.isEmpty()
            ? ""
            : "; %s taken as found"
                .formatted(given.stream().map(Path::toString).collect(Collectors.joining(", "))));
  }

  private static String patients(ExperimentConfig experiment, List<Trial> trials) {
    if (experiment.test().phantoms().isPresent()) {
      TestSettings.Phantoms tested = experiment.test().phantoms().get();
      PreparationSettings trained = trials.get(0).fold.config().data().preparation();
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
    return experiment.test().leaveOneOut().isPresent()
        ? "Leave one patient out: for each test patient every method is trained anew on the others"
        : "Tested on the patients of the test split, trained on the others";
  }

  private static List<Trial> phantoms(
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
    List<Candidate> cases = new ArrayList<>();
    for (int i = 0; i < test.subjects() + test.healthy(); i++) {
      Pathology pathology = i < test.subjects() ? test.pathology() : Pathology.HEALTHY;
      long seed = test.firstSeed() + i;
      cases.add(new Candidate.MadeUp(pathology, seed, trained.balancedScanner(seed)));
    }
    return List.of(new Trial(fold, cases));
  }

  private static List<Trial> leaveOneOut(
      ExperimentConfig experiment, TestSettings.LeaveOneOut test, Path out) {
    PreparationSettings everybody =
        TrainingConfig.read(
                experiment.config(), with(experiment.overrides(), "data.test_subjects=[]"))
            .data()
            .preparation();
    List<Candidate> candidates = PreparationPlan.of(everybody).candidates();
    Set<String> patients = new TreeSet<>(test.patients());
    if (patients.isEmpty()) {
      candidates.stream()
          .filter(candidate -> !candidate.stratum().equals("healthy"))
          .forEach(candidate -> patients.add(candidate.patient()));
    }
    List<Trial> trials = new ArrayList<>();
    for (String patient : patients.stream().limit(test.most()).toList()) {
      List<Candidate> cases =
          candidates.stream().filter(candidate -> candidate.patient().equals(patient)).toList();
      if (cases.isEmpty()) {
        throw new DataException("there is no patient %s to leave out".formatted(patient));
      }
      String aside = "data.test_subjects=[%s]".formatted(quoted(patient));
      trials.add(new Trial(fold(experiment, patient, out, List.of(aside)), cases));
    }
    if (trials.isEmpty()) {
      throw new DataException("there is no patient with a lesion to leave out");
    }
    return trials;
  }

  private static List<Trial> heldOut(
      ExperimentConfig experiment, TestSettings.HeldOut test, Path out) {
    Fold fold = fold(experiment, ONLY, out, List.of());
    PreparationPlan plan = PreparationPlan.of(fold.config().data().preparation());
    List<Candidate> tested =
        plan.candidates().stream()
            .filter(candidate -> plan.split(candidate) == Split.TEST)
            .toList();
    Set<String> patients =
        tested.stream()
            .map(Candidate::patient)
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
        new Trial(fold, tested.stream().filter(one -> patients.contains(one.patient())).toList()));
  }

  private static Fold fold(
      ExperimentConfig experiment, String name, Path out, List<String> overrides) {
    Path folder = out.resolve("folds").resolve(PortableName.of(name));
    List<String> values = new ArrayList<>(experiment.overrides());
    values.addAll(overrides);
    values.add("data.set=" + quoted(folder.resolve("data").toString()));
    TrainingConfig config = TrainingConfig.read(experiment.config(), values);
    return new Fold(name, folder, config, experiment.givenNetworks(), experiment.seed());
  }

  private static List<String> with(List<String> values, String last) {
    List<String> all = new ArrayList<>(values);
    all.add(last);
    return all;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
