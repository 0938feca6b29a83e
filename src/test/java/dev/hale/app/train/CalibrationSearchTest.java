package dev.hale.app.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.train.CalibrationSearch.Axis;
import dev.hale.app.train.CalibrationSearch.Trial;
import dev.hale.evaluation.LabelCriterion;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is tried, and which of the trials is liked best. */
class CalibrationSearchTest {
  @Test
  void aChoiceIsMadeByTheSumOfTwoRanks() {
    List<Trial> trials = List.of(trial(0.9, 0.1), trial(0.8, 0.3), trial(0.1, 0.4));
    assertArrayEquals(
        new double[] {3 + 1, 2 + 2, 1 + 3}, CalibrationSearch.liking(trials, Optional.empty()));
    assertEquals(
        trials.get(0), CalibrationSearch.best(trials, Optional.empty()), "first of equals");
    List<Trial> four = List.of(trial(0.9, 0.1), trial(0.8, 0.3), trial(0.1, 0.4), trial(0, 0));
    assertEquals(four.get(2), CalibrationSearch.best(four, Optional.of(LabelCriterion.INDEX)));
    List<Trial> blind = List.of(trial(Double.NaN, 0.1), trial(Double.NaN, 0.3));
    assertTrue(Double.isNaN(CalibrationSearch.liking(blind, Optional.empty())[0]));
  }

  private static Trial trial(double deletion, double index) {
    Map<LabelCriterion, Double> criteria = new EnumMap<>(LabelCriterion.class);
    criteria.put(LabelCriterion.DELETION, deletion);
    criteria.put(LabelCriterion.INDEX, index);
    return new Trial(Path.of("model"), Map.of(), null, criteria, Optional.empty());
  }

  @Test
  void anAxisIsAKeyWithValues() {
    assertEquals(
        new Axis("calibration.smoothing", List.of("0", "1.5")),
        Axis.parse("calibration.smoothing=0, 1.5"));
    assertEquals(new Axis("model", List.of("a", "b")), Axis.parse("model=a,b"));
    for (String wrong :
        List.of(
            "calibration.smoothing",
            "=1",
            "calibration.smoothing=",
            "data.seed=1,2",
            "calibration.slices=1,2",
            "calibration.smoothing=1,,2")) {
      assertThrows(IllegalArgumentException.class, () -> Axis.parse(wrong), wrong);
    }
  }
}
