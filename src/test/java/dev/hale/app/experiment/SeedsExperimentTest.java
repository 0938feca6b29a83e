package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.Metric;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments with several trainings of every network. */
@Tag("slow")
final class SeedsExperimentTest extends TinyExperiment {
  @Test
  void everySeedTrainsAnewOnTheSameDataAndNothingIsDoneTwice() throws Exception {
    ExperimentConfig experiment = experiment("seeds: [4, 5]\n" + PHANTOMS);
    FakeMethods fakes = new FakeMethods();
    fakes.learning = List.of("bright");
    ExperimentResult result = null;
    for (int killed = 0; result == null; killed++) {
      assertTrue(killed < 20, "it does not get on");
      fakes.worksLeft = 2;
      try {
        result = run(experiment, fakes);
      } catch (FakeMethods.Killed expected) {
        assertFalse(Files.exists(folder.resolve("out/report.html")));
      }
    }
    fakes.finished.forEach(
        (work, times) -> assertEquals(work.startsWith("detect bright") ? 2 : 1, times, work));
    assertEquals(
        Set.of("train bright all/seed-4", "train bright all/seed-5", "train dark all/seed-4"),
        fakes.finished.keySet().stream()
            .filter(work -> work.startsWith("train"))
            .collect(Collectors.toSet()));
    for (Fold fold : fakes.opened) {
      assertEquals(folder.resolve("out/folds/all/data"), fold.config().data().set());
      assertEquals(fold.seed(), fold.config().diffusion().training().seed());
      assertEquals(fold.seed(), fold.config().classifier().training().seed());
    }
    Path results = folder.resolve("out/results/all");
    assertTrue(Files.exists(results.resolve("seed-5/bright/phantom-glioma-900/metrics.json")));
    assertFalse(Files.exists(results.resolve("seed-5/dark")), "it would be the same");
    assertEquals(List.of(4L, 5L), result.seeds());
    assertEquals(9, result.subjects().size());
    assertEquals(2, result.methods().get(0).metrics().get(Metric.DICE).bySeed().size());
    assertEquals(1, result.methods().get(1).metrics().get(Metric.DICE).bySeed().size());
    assertEquals(Set.of("all/seed-4", "all/seed-5"), result.manifest().folds().keySet());
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/results.json").toFile());
    assertEquals(2, json.at("/methods/0/metrics/AUPRC/bySeed").size());
    assertEquals(5, json.at("/seeds/1").asInt());
  }

  @Test
  void aSeedMayJoinLaterAndTheDataMustBeTheSame() throws Exception {
    FakeMethods fakes = new FakeMethods();
    run(experiment("seeds: [4]\n" + PHANTOMS), fakes);
    fakes.finished.clear();
    run(experiment("seeds: [4, 9]\n" + PHANTOMS), fakes);
    assertTrue(fakes.finished.containsKey("train bright all/seed-9"));
    assertFalse(fakes.finished.containsKey("train bright all/seed-4"), "it was trained before");
    String other = "set: [data.minimum_lesion=2]\nseeds: [11]\n" + PHANTOMS;
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(other), new FakeMethods()));
    assertMistake("there \"minimum_lesion: 1\", now \"minimum_lesion: 2\"", refused.getMessage());
    assertMistake(
        "expected at least one, each once", experimentFails("seeds: [3, 3]\n" + PHANTOMS));
    assertMistake("expected at least one", experimentFails("seeds: []\n" + PHANTOMS));
  }
}
