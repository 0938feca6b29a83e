package dev.hale.app.experiment.report;

import dev.hale.evaluation.SliceMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that an experiment found: {@code results.json}.
 *
 * @param name of the experiment
 * @param title in a few words
 * @param split how patients were kept apart, in a sentence
 * @param reference the method that all others are compared with
 * @param parents methods that the others are made of, and compared with too
 * @param seed of the intervals, and of detections where there are no seeds
 * @param seeds that networks were trained and detections drawn with, one after the other; empty
 *     where the configuration says with which
 * @param methods one summary each, in the experiment's order
 * @param healthyImages how healthy the methods' healthy images are, with the scans themselves first
 *     and their healthy twins last; empty where no method makes any
 * @param images how well images are told apart within strata; null where the experiment names none
 * @param comparisons of each with the reference and the parents
 * @param subjects every method on every subject, histograms left out
 * @param manifest what it was made of
 */
public record ExperimentResult(
    String name,
    String title,
    String split,
    String reference,
    List<String> parents,
    long seed,
    List<Long> seeds,
    List<MethodSummary> methods,
    List<HealthyImageSummary> healthyImages,
    StratifiedImages images,
    List<Comparison> comparisons,
    List<SubjectResult> subjects,
    ExperimentManifest manifest) {

  /** What is said of an experiment beside its numbers. */
  public record About(
      String name,
      String title,
      String split,
      String reference,
      List<String> parents,
      long seed,
      List<Long> seeds,
      ExperimentManifest manifest) {}

  /**
   * Sums up and compares.
   *
   * @param results of every method on every subject, histograms included; each method's subjects in
   *     the same order
   * @param strata of the subjects, where the experiment names any
   */
  public static ExperimentResult of(
      About about, List<SubjectResult> results, Optional<Strata> strata) {
    Map<String, MethodResults> byMethod = MethodResults.of(results);
    List<MethodSummary> summaries = new ArrayList<>();
    byMethod.forEach((method, found) -> summaries.add(MethodSummary.of(method, found, about.seed)));
    Set<String> others = new LinkedHashSet<>(List.of(about.reference));
    others.addAll(about.parents);
    return new ExperimentResult(
        about.name,
        about.title,
        about.split,
        about.reference,
        about.parents,
        about.seed,
        about.seeds,
        summaries,
        HealthyImageSummary.all(byMethod, about.seed),
        strata
            .map(known -> StratifiedImages.of(results, known, about.reference, about.seed))
            .orElse(null),
        Comparison.all(byMethod, List.copyOf(others), about.seed),
        results.stream().map(SubjectResult::withoutHistogram).toList(),
        about.manifest);
  }

  /** Results by method, in order. */
  Map<String, MethodResults> byMethod() {
    return MethodResults.of(subjects);
  }

  /** One result a subject: what is known of the subjects whatever the method. */
  List<SubjectResult> cases() {
    return byMethod().values().iterator().next().first();
  }

  /** In a sentence: how many of what. */
  public String counts() {
    List<SubjectResult> cases = cases();
    int patients = MethodSummary.byPatient(cases).size();
    int diseased = MethodSummary.diseasedPatients(cases);
    int slices = cases.stream().mapToInt(one -> one.metrics().slices().size()).sum();
    long sick =
        cases.stream()
            .flatMap(one -> one.metrics().slices().stream())
            .filter(SliceMetrics::diseased)
            .count();
    int lesions = cases.stream().mapToInt(one -> one.metrics().lesions().size()).sum();
    return "%s, %d with and %d without lesions; %d lesions; %d slices, %d of them with lesion"
        .formatted(
            patients == 1 ? "1 test patient" : patients + " test patients",
            diseased,
            patients - diseased,
            lesions,
            slices,
            sick);
  }

  /** Whether any lesion is known voxel by voxel. */
  public boolean hasKnownLesions() {
    return cases().stream().anyMatch(one -> one.metrics().hasKnownLesions());
  }

  /** Whether metrics that need a healthy subject have any. */
  boolean hasHealthySubjects() {
    return cases().stream().anyMatch(one -> !one.metrics().diseased());
  }

  /** Writes {@code results.json} and {@code results.md} into a folder. */
  public void write(Path folder) {
    ResultFiles.write(folder.resolve("results.json"), this);
    MarkdownTables.write(folder.resolve("results.md"), this);
  }
}
