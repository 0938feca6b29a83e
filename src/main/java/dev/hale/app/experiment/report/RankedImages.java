package dev.hale.app.experiment.report;

import dev.hale.evaluation.Bootstrap;
import dev.hale.evaluation.StratifiedRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** What one method or critic says of all images, training by training, ready to be drawn again. */
final class RankedImages {
  /** Which pairs of a diseased and a healthy image count. */
  enum Pairs {
    ALL,
    STRATUM,
    STRATUM_AND_FOLD
  }

  private record Training(int[] caseOf, Map<Pairs, StratifiedRanking> rankings) {
    double auroc(Pairs pairs, int[] times) {
      return rankings.get(pairs).auroc(Arrays.stream(caseOf).map(one -> times[one]).toArray());
    }
  }

  private final List<Training> trainings = new ArrayList<>();
  private final Estimate.Unit unit;
  private final List<String> cases;

  /** The same cases in every training, which are patients unless these are few. */
  private RankedImages(List<List<ScoredImage>> bySeed, Map<String, String> strata) {
    List<String> patients = bySeed.get(0).stream().map(ScoredImage::patient).distinct().toList();
    boolean few = patients.size() < MethodSummary.FEWEST_PATIENTS;
    unit = few ? Estimate.Unit.SLICES : Estimate.Unit.PATIENTS;
    cases = few ? bySeed.get(0).stream().map(RankedImages::name).toList() : patients;
    Map<String, Integer> numbers = numbers(cases);
    for (List<ScoredImage> images : bySeed) {
      float[] scores = new float[images.size()];
      boolean[] diseased = new boolean[scores.length];
      int[] caseOf = new int[scores.length];
      String[] stratum = new String[scores.length];
      String[] both = new String[scores.length];
      for (int i = 0; i < scores.length; i++) {
        ScoredImage image = images.get(i);
        scores[i] = (float) image.score();
        diseased[i] = image.diseased();
        caseOf[i] = numbers.get(few ? name(image) : image.patient());
        stratum[i] = strata.get(image.subject());
        both[i] = stratum[i] + "\n" + image.fold();
      }
      Map<Pairs, StratifiedRanking> rankings = new EnumMap<>(Pairs.class);
      rankings.put(Pairs.ALL, new StratifiedRanking(scores, diseased, new int[scores.length]));
      rankings.put(Pairs.STRATUM, new StratifiedRanking(scores, diseased, codes(stratum)));
      rankings.put(Pairs.STRATUM_AND_FOLD, new StratifiedRanking(scores, diseased, codes(both)));
      trainings.add(new Training(caseOf, rankings));
    }
  }

  /** Of one method's or critic's images. */
  static RankedImages of(List<ScoredImage> images, Map<String, String> strata) {
    Map<Long, List<ScoredImage>> bySeed = new LinkedHashMap<>();
    images.forEach(
        image -> bySeed.computeIfAbsent(image.seed(), any -> new ArrayList<>()).add(image));
    return new RankedImages(List.copyOf(bySeed.values()), strata);
  }

  private static String name(ScoredImage image) {
    return image.subject() + "\n" + image.slice();
  }

  private static Map<String, Integer> numbers(List<String> names) {
    Map<String, Integer> numbers = new HashMap<>();
    names.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
    return numbers;
  }

  private static int[] codes(String[] names) {
    Map<String, Integer> numbers = numbers(Arrays.asList(names));
    return Arrays.stream(names).mapToInt(numbers::get).toArray();
  }

  /** What is drawn again, in order. */
  List<String> cases() {
    return cases;
  }

  /** The mean over trainings: scores of different trainings do not rank together. */
  Estimate auroc(Pairs pairs, long seed) {
    return estimate(
        times -> trainings.stream().mapToDouble(one -> one.auroc(pairs, times)).toArray(), seed);
  }

  /** This one's AUROC less another's of the same cases. */
  Estimate less(RankedImages other, Pairs pairs, long seed) {
    int most = Math.max(trainings.size(), other.trainings.size());
    return estimate(
        times -> {
          IntToDoubleFunction difference =
              n -> at(n).auroc(pairs, times) - other.at(n).auroc(pairs, times);
          return IntStream.range(0, most).mapToDouble(difference).toArray();
        },
        seed);
  }

  /** A training; one that there is once is the same in all. */
  private Training at(int number) {
    return trainings.get(trainings.size() == 1 ? 0 : number);
  }

  private interface BySeed {
    double[] of(int[] times);
  }

  private Estimate estimate(BySeed statistic, long seed) {
    int[] once = new int[cases.size()];
    Arrays.fill(once, 1);
    return Estimate.of(
        Bootstrap.of(
            cases.size(),
            drawn -> {
              int[] times = new int[cases.size()];
              for (int one : drawn) {
                times[one]++;
              }
              return Arrays.stream(statistic.of(times)).average().orElse(Double.NaN);
            },
            seed),
        unit,
        statistic.of(once));
  }
}
