package dev.hale.app.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.layout.SubjectFiles;
import dev.hale.data.prepared.Split;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SplitPlanTest {
  private static Subject scan(int patient, int visit, boolean diseased) {
    return scan(patient, visit, diseased, Optional.empty());
  }

  private static Subject scan(int patient, int visit, boolean diseased, Optional<Split> split) {
    return new Subject.OnDisk(
        new SubjectFiles(
            "p" + patient,
            "p%d-%d".formatted(patient, visit),
            Map.of("FLAIR", Path.of("x.nii.gz")),
            Optional.empty(),
            0,
            Optional.empty(),
            OptionalInt.of(diseased ? 1 : 0),
            split,
            Map.of()),
        diseased,
        100);
  }

  @Test
  void fewerTrainingPatientsAreAmongMore() {
    Map<String, Split> all = new TreeMap<>();
    for (int n = 0; n < 12; n++) {
      all.put("p" + n, n < 2 ? Split.VALIDATION : n < 4 ? Split.TEST : Split.TRAIN);
    }
    SplitPlan plan = new SplitPlan(0, 0, 7);
    Map<String, Split> three = plan.keeping(3, all);
    Map<String, Split> five = plan.keeping(5, all);
    assertEquals(3 + 4, three.size());
    assertEquals(5 + 4, five.size());
    assertTrue(five.keySet().containsAll(three.keySet()));
    assertEquals(Split.TEST, three.get("p3"));
    assertEquals(all, plan.keeping(99, all));
    assertTrue(
        !three.equals(new SplitPlan(0, 0, 8).keeping(3, all))
            || !three.equals(new SplitPlan(0, 0, 9).keeping(3, all)),
        "drawn by the seed");
  }

  /** Several visits a patient, healthy at one and diseased at another. */
  @Property(tries = 200)
  void noPatientIsOnBothSides(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 25) Integer> patients,
      @ForAll long seed,
      @ForAll @DoubleRange(max = 0.45) double validation,
      @ForAll @DoubleRange(max = 0.45) double test) {
    List<Subject> subjects = new ArrayList<>();
    for (int i = 0; i < patients.size(); i++) {
      subjects.add(scan(patients.get(i), i, (i * 7 + patients.get(i)) % 3 == 0));
    }
    Map<String, Split> dealt =
        new SplitPlan(validation, test, seed).deal(SplitPlan.strata(subjects), Map.of());
    Map<String, Split> seen = new HashMap<>();
    for (Subject subject : subjects) {
      Split split = dealt.get(subject.patient());
      Split before = seen.put(subject.patient(), split);
      assertTrue(split != null && (before == null || before == split), subject.name());
    }
  }

  @Property(tries = 100)
  void theSharesAreKeptInEveryStratum(
      @ForAll @IntRange(max = 80) int healthy,
      @ForAll @IntRange(max = 80) int diseased,
      @ForAll long seed) {
    Map<String, String> strata = new TreeMap<>();
    for (int i = 0; i < healthy; i++) {
      strata.put("h" + i, "healthy");
    }
    for (int i = 0; i < diseased; i++) {
      strata.put("d" + i, "diseased");
    }
    Map<String, Split> dealt = new SplitPlan(0.2, 0.1, seed).deal(strata, Map.of());
    for (String kind : List.of("h", "d")) {
      int total = kind.equals("h") ? healthy : diseased;
      assertEquals(Math.round(0.2 * total), count(dealt, kind, Split.VALIDATION));
      assertEquals(Math.round(0.1 * total), count(dealt, kind, Split.TEST));
    }
  }

  private static long count(Map<String, Split> dealt, String kind, Split split) {
    return dealt.entrySet().stream()
        .filter(e -> e.getKey().startsWith(kind) && e.getValue() == split)
        .count();
  }

  @Test
  void theSeedDecides() {
    Map<String, String> strata = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      strata.put("p" + i, "diseased");
    }
    Map<String, Split> one = new SplitPlan(0.5, 0, 1).deal(strata, Map.of());
    assertEquals(one, new SplitPlan(0.5, 0, 1).deal(strata, Map.of()));
    assertTrue(!one.equals(new SplitPlan(0.5, 0, 2).deal(strata, Map.of())));
  }

  @Test
  void aTableThatSaysOtherwiseIsRefused() {
    List<Subject> visits =
        List.of(
            scan(1, 1, true, Optional.of(Split.TRAIN)), scan(1, 2, true, Optional.of(Split.TEST)));
    String message =
        assertThrows(
                DataException.class, () -> SplitPlan.given(visits, PreparationSettings.DEFAULT))
            .getMessage();
    assertTrue(message.startsWith("patient p1 is meant for two splits, TRAIN and TEST; "), message);
    assertTrue(message.endsWith("leave out its column split"), message);
  }

  @Test
  void aSettledPatientStaysWhereItIs() {
    Map<String, String> strata = new TreeMap<>(Map.of("a", "diseased", "b", "diseased"));
    Map<String, Split> dealt = new SplitPlan(0.5, 0, 3).deal(strata, Map.of("a", Split.TEST));
    assertEquals(Split.TEST, dealt.get("a"));
  }
}
