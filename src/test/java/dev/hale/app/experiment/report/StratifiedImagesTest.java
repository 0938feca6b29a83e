package dev.hale.app.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.evaluation.Bootstrap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Numbers against a plain twin, which looks at every pair of the images drawn. */
class StratifiedImagesTest {
  private static final long SEED = 7;
  private static final int IMAGES = 3;

  private final Map<String, String> views = new HashMap<>();
  private final Random random = new Random(5);

  /** Three images a patient and training, of two views and two folds, some diseased. */
  private List<ScoredImage> images(String scorer, int patients, long... seeds) {
    List<ScoredImage> images = new ArrayList<>();
    for (long seed : seeds) {
      for (int p = 0; p < patients; p++) {
        for (int i = 0; i < IMAGES; i++) {
          String subject = "s%d-%d".formatted(p, i);
          boolean diseased = (p * 3 + i) % 4 == 0;
          String view = views.computeIfAbsent(subject, any -> random.nextInt(3) > 0 ? "AP" : "PA");
          double score = random.nextInt(12) + (diseased ? 3 : 0) + (view.equals("AP") ? 5 : 0);
          images.add(
              new ScoredImage(scorer, seed, "fold" + p % 2, "p" + p, subject, 0, diseased, score));
        }
      }
    }
    return images;
  }

  private double pairs(List<ScoredImage> images, BiPredicate<ScoredImage, ScoredImage> counts) {
    double won = 0;
    double all = 0;
    for (ScoredImage one : images) {
      for (ScoredImage other : images) {
        if (one.diseased() && !other.diseased() && counts.test(one, other)) {
          won += one.score() > other.score() ? 1 : one.score() == other.score() ? 0.5 : 0;
          all++;
        }
      }
    }
    return all == 0 ? Double.NaN : won / all;
  }

  private boolean sameView(ScoredImage one, ScoredImage other) {
    return Objects.equals(views.get(one.subject()), views.get(other.subject()));
  }

  private boolean sameViewAndFold(ScoredImage one, ScoredImage other) {
    return sameView(one, other) && one.fold().equals(other.fold());
  }

  /** The mean over trainings, of patients drawn. */
  private double plain(
      List<ScoredImage> images,
      int[] drawn,
      BiPredicate<ScoredImage, ScoredImage> counts,
      long... seeds) {
    double sum = 0;
    for (long seed : seeds) {
      List<ScoredImage> chosen = new ArrayList<>();
      for (int p : drawn) {
        images.stream()
            .filter(image -> image.seed() == seed && image.patient().equals("p" + p))
            .forEach(chosen::add);
      }
      sum += pairs(chosen, counts) / seeds.length;
    }
    return sum;
  }

  private void assertTwin(
      Estimate estimate,
      List<ScoredImage> images,
      int patients,
      BiPredicate<ScoredImage, ScoredImage> counts,
      long... seeds) {
    Bootstrap.Interval twin =
        Bootstrap.of(patients, drawn -> plain(images, drawn, counts, seeds), SEED);
    assertEquals(twin.mean(), estimate.value(), 1e-12);
    assertEquals(twin.lower(), estimate.lower(), 1e-12);
    assertEquals(twin.upper(), estimate.upper(), 1e-12);
    assertEquals(patients, estimate.cases());
    assertEquals(Estimate.Unit.PATIENTS, estimate.unit());
  }

  @Test
  void numbersAndIntervalsAreThoseOfThePlainTwin() {
    List<ScoredImage> critic = images("critic", 9, 1, 2);
    RankedImages ranked = RankedImages.of(critic, views);
    assertTwin(ranked.auroc(RankedImages.Pairs.ALL, SEED), critic, 9, (a, b) -> true, 1, 2);
    Estimate within = ranked.auroc(RankedImages.Pairs.STRATUM, SEED);
    assertTwin(within, critic, 9, this::sameView, 1, 2);
    assertTwin(
        ranked.auroc(RankedImages.Pairs.STRATUM_AND_FOLD, SEED),
        critic,
        9,
        this::sameViewAndFold,
        1,
        2);
    assertEquals(2, within.bySeed().size());
    int[] everybody = IntStream.range(0, 9).toArray();
    assertEquals(
        plain(critic, everybody, this::sameView, 2), within.bySeed().get(1), 1e-12, "training 2");
  }

  @Test
  void aDifferenceIsOverTheSameDraws() {
    List<ScoredImage> one = images("critic", 8, 1, 2);
    List<ScoredImage> other = images("unconstrained-critic", 8, 1); // ran once
    Estimate difference =
        RankedImages.of(one, views)
            .less(RankedImages.of(other, views), RankedImages.Pairs.STRATUM, SEED);
    Bootstrap.Interval twin =
        Bootstrap.of(
            8,
            drawn ->
                plain(one, drawn, this::sameView, 1, 2) - plain(other, drawn, this::sameView, 1),
            SEED);
    assertEquals(twin.mean(), difference.value(), 1e-12);
    assertEquals(twin.lower(), difference.lower(), 1e-12);
    assertEquals(twin.upper(), difference.upper(), 1e-12);
    assertNotEquals(0, difference.value());
  }

  @Test
  void ofFewPatientsImagesAreDrawn() {
    List<ScoredImage> few = images("critic", 4, 1);
    Estimate within = RankedImages.of(few, views).auroc(RankedImages.Pairs.STRATUM, SEED);
    assertEquals(Estimate.Unit.SLICES, within.unit());
    assertEquals(4 * IMAGES, within.cases());
    assertEquals(pairs(few, this::sameView), within.value(), 1e-12);
  }

  @Test
  void theTableHasAColumnForFoldsOnlyWhereThereAreSome() {
    List<ScoredImage> critic = images("critic", 9, 1);
    assertTrue(table(critic).hasFolds());
    List<ScoredImage> once =
        critic.stream()
            .map(
                one ->
                    new ScoredImage(
                        "critic",
                        1,
                        "all",
                        one.patient(),
                        one.subject(),
                        0,
                        one.diseased(),
                        one.score()))
            .toList();
    assertFalse(table(once).hasFolds());
    assertEquals(3, StrataCells.header(table(once)).size());
    assertEquals(4, StrataCells.header(table(critic)).size());
  }

  private StratifiedImages table(List<ScoredImage> images) {
    RankedImages ranked = RankedImages.of(images, views);
    StratifiedImages.Row row =
        new StratifiedImages.Row(
            "critic",
            true,
            ranked.auroc(RankedImages.Pairs.ALL, SEED),
            ranked.auroc(RankedImages.Pairs.STRATUM, SEED),
            ranked.auroc(RankedImages.Pairs.STRATUM_AND_FOLD, SEED));
    return new StratifiedImages("view", List.of(), List.of(row), List.of());
  }
}
