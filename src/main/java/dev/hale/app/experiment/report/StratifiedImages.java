package dev.hale.app.experiment.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well images are told apart, over all pairs of a diseased and a healthy one and over pairs of
 * one stratum alone. Where a stratum, such as the view of a radiograph, goes with the disease, the
 * former can be won by telling strata apart, and the latter cannot.
 *
 * @param column of the table that says which stratum a subject is of
 * @param strata which there are
 * @param rows methods by their maps, then critics by their logits
 * @param differences of methods to the reference, and of critics to the unconstrained one
 */
public record StratifiedImages(
    String column, List<Stratum> strata, List<Row> rows, List<Difference> differences) {
  static final String UNCONSTRAINED = "unconstrained-critic";

  /**
   * A stratum.
   *
   * @param name what the column says
   * @param diseased images, likewise {@code healthy}
   */
  public record Stratum(String name, int diseased, int healthy) {}

  /**
   * One method or critic. Intervals are over patients, or over images where there are too few.
   *
   * @param scorer a method, or a critic
   * @param logit whether it is a critic's logit that scores, and not a map
   * @param all AUROC over all pairs
   * @param within AUROC over pairs of one stratum
   * @param withinFold AUROC over pairs of one stratum that one training has scored; the same as
   *     {@code within} where there is one fold
   */
  public record Row(
      String scorer, boolean logit, Estimate all, Estimate within, Estimate withinFold) {}

  /**
   * One less another, on the same images.
   *
   * @param scorer the one
   * @param other the other
   * @param within difference of their AUROCs over pairs of one stratum
   * @param withinFold the same of pairs that one training has scored
   */
  public record Difference(String scorer, String other, Estimate within, Estimate withinFold) {}

  /** Whether images were scored by trainings of several folds. */
  public boolean hasFolds() {
    return rows.stream()
        .anyMatch(row -> Double.compare(row.within.value(), row.withinFold.value()) != 0);
  }

  /**
   * Sums up.
   *
   * @param results of every method on every subject
   * @param reference the method that others are compared with
   * @param seed of the intervals
   */
  static StratifiedImages of(
      List<SubjectResult> results, Strata strata, String reference, long seed) {
    Map<String, RankedImages> maps = ranked(images(results), strata);
    Map<String, RankedImages> critics = ranked(strata.logits(), strata);
    List<Row> rows = new ArrayList<>();
    maps.forEach((method, images) -> rows.add(row(method, false, images, seed)));
    critics.forEach((critic, images) -> rows.add(row(critic, true, images, seed)));
    List<Difference> differences = new ArrayList<>();
    differences(maps, reference, seed, differences);
    differences(critics, UNCONSTRAINED, seed, differences);
    return new StratifiedImages(strata.column(), counts(results, strata), rows, differences);
  }

  private static List<ScoredImage> images(List<SubjectResult> results) {
    return results.stream()
        .flatMap(
            one ->
                one.metrics().slices().stream()
                    .map(
                        slice ->
                            new ScoredImage(
                                one.method(),
                                one.seed(),
                                one.fold(),
                                one.patient(),
                                one.subject(),
                                slice.slice(),
                                slice.diseased(),
                                slice.score())))
        .toList();
  }

  private static Map<String, RankedImages> ranked(List<ScoredImage> images, Strata strata) {
    Map<String, List<ScoredImage>> byScorer = new LinkedHashMap<>();
    images.forEach(
        image -> byScorer.computeIfAbsent(image.scorer(), any -> new ArrayList<>()).add(image));
    Map<String, RankedImages> ranked = new LinkedHashMap<>();
    byScorer.forEach(
        (scorer, scored) -> ranked.put(scorer, RankedImages.of(scored, strata.bySubject())));
    return ranked;
  }

  private static Row row(String scorer, boolean logit, RankedImages images, long seed) {
    return new Row(
        scorer,
        logit,
        images.auroc(RankedImages.Pairs.ALL, seed),
        images.auroc(RankedImages.Pairs.STRATUM, seed),
        images.auroc(RankedImages.Pairs.STRATUM_AND_FOLD, seed));
  }

  private static void differences(
      Map<String, RankedImages> all, String other, long seed, List<Difference> differences) {
    RankedImages against = all.get(other);
    if (against == null) {
      return;
    }
    all.forEach(
        (scorer, images) -> {
          if (!scorer.equals(other) && images.cases().equals(against.cases())) {
            differences.add(
                new Difference(
                    scorer,
                    other,
                    images.less(against, RankedImages.Pairs.STRATUM, seed),
                    images.less(against, RankedImages.Pairs.STRATUM_AND_FOLD, seed)));
          }
        });
  }

  private static List<Stratum> counts(List<SubjectResult> results, Strata strata) {
    Map<String, int[]> counts = new TreeMap<>();
    for (ScoredImage image : images(MethodResults.of(results).values().iterator().next().first())) {
      counts
          .computeIfAbsent(strata.bySubject().get(image.subject()), any -> new int[2])[
          image.diseased() ? 1 : 0]++;
    }
    List<Stratum> named = new ArrayList<>();
    counts.forEach((name, count) -> named.add(new Stratum(name, count[1], count[0])));
    return named;
  }
}
