package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutputTest {
  private record Scores(double dice, Double auroc, float[] thresholds, Path file) {}

  @Test
  void jsonKeepsTheOrderOfRecordsAndMaps() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("seed", 7);
    document.put(
        "glioma", new Scores(0.5, Double.NaN, new float[] {0.25f}, Path.of("out", "map.nii.gz")));
    document.put("after", Float.POSITIVE_INFINITY);
    assertEquals(
        """
        {
          "seed" : 7,
          "glioma" : {
            "dice" : 0.5,
            "auroc" : null,
            "thresholds" : [ 0.25 ],
            "file" : "out/map.nii.gz"
          },
          "after" : null
        }""",
        JsonOutput.toJson(document));
  }

  @Test
  void aTableAlignsNumbersRightAndWordsLeft() {
    assertEquals(
        """
        method           dice  files
        counterfactual  0.612     12
        µ-threshold         -      3
        """,
        new Table("method", "dice", "files")
            .row("counterfactual", "0.612", 12)
            .row("µ-threshold", null, 3)
            .toString());
  }

  @Test
  void aRowMustFitTheTable() {
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row(1));
  }
}
