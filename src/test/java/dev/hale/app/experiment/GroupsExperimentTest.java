package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.StratifiedImages;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.scan.DataException;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments on a table of pictures: folds by patient, sites, and strata. */
@Tag("slow")
final class GroupsExperimentTest extends TinyExperiment {
  private static final int PATIENTS = 16;

  /**
   * Two pictures a patient, every second patient diseased. AP is brighter than PA and commoner
   * among the diseased, who are no brighter than others of their view.
   */
  private Path table() throws Exception {
    StringBuilder table = new StringBuilder("subject,image,patient,label,view,site\n");
    for (int n = 0; n < 2 * PATIENTS; n++) {
      int patient = n / 2;
      boolean diseased = patient % 2 == 0;
      boolean ap = diseased ? patient % 8 != 0 : patient % 8 == 1;
      BufferedImage picture = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
      for (int p = 0; p < 400; p++) {
        picture.getRaster().setSample(p % 20, p / 20, 0, p < (ap ? 300 : 100) ? 200 : 20);
      }
      Path file = folder.resolve("x%02d.png".formatted(n));
      assertTrue(ImageIO.write(picture, "png", file.toFile()));
      table.append(
          "x%02d,x%02d.png,p%02d,%d,%s,%s%n"
              .formatted(
                  n, n, patient, diseased ? 1 : 0, ap ? "AP" : "PA", patient < 6 ? "Ulm" : "Bern"));
    }
    Path file = folder.resolve("table.csv");
    Files.writeString(file, table);
    return file;
  }

  private ExperimentConfig on(Path table, String more) throws Exception {
    return experiment(
        "set: [data.layout=csv, \"data.source='%s'\", 'data.channels=[image]',".formatted(table)
            + " data.minimum_brain=0, data.validation=0.2]\n"
            + more);
  }

  @Test
  void everybodyIsTestedOnceByWhatLearntFromOthersWhereverItWasKilled() throws Exception {
    ExperimentConfig experiment = on(table(), "test: {cross_validation: {folds: 4}}\n");
    FakeMethods fakes = new FakeMethods();
    ExperimentResult result = null;
    for (int killed = 0; result == null; killed++) {
      assertTrue(killed < 30, "it does not get on");
      fakes.worksLeft = 12;
      try {
        result = run(experiment, fakes);
      } catch (FakeMethods.Killed expected) {
        assertFalse(Files.exists(folder.resolve("out/report.html")));
      }
    }
    assertEquals(2 * 4 + 2 * 2 * PATIENTS, fakes.finished.size(), fakes.finished.toString());
    fakes.finished.entrySet().stream()
        .filter(work -> work.getKey().startsWith("train"))
        .forEach(work -> assertEquals(1, work.getValue(), work.getKey()));
    List<String> bright =
        result.subjects().stream()
            .filter(one -> one.method().equals("bright"))
            .map(SubjectResult::subject)
            .toList();
    assertEquals(2 * PATIENTS, bright.size());
    assertEquals(2 * PATIENTS, Set.copyOf(bright).size(), "each once");
    Map<String, Set<String>> tested =
        result.subjects().stream()
            .collect(
                Collectors.groupingBy(
                    SubjectResult::fold,
                    Collectors.mapping(SubjectResult::subject, Collectors.toSet())));
    assertEquals(Set.of("fold-1", "fold-2", "fold-3", "fold-4"), tested.keySet());
    for (Map.Entry<String, Set<String>> fold : tested.entrySet()) {
      List<String> trained = result.manifest().folds().get(fold.getKey()).trainingSubjects();
      assertEquals(2 * PATIENTS, trained.size() + fold.getValue().size(), "all others");
      Set<String> shared = new HashSet<>(trained);
      shared.retainAll(fold.getValue());
      assertEquals(Set.of(), shared, "tested and trained on");
    }
    assertTrue(result.split().startsWith("Cross-validation in 4 folds by patient (seed 3): each"));
    assertNull(result.images(), "no strata were asked for");
    fakes.worksLeft = 0;
    run(experiment, fakes); // all of it is found again
  }

  @Test
  void aSiteIsLeftOutWithAllItsPatients() throws Exception {
    ExperimentConfig experiment = on(table(), "test: {leave_one_out: {by: site}}\n");
    ExperimentResult result = run(experiment, new FakeMethods());
    assertEquals(Set.of("Bern", "Ulm"), result.manifest().folds().keySet());
    for (SubjectResult one : result.subjects()) {
      int patient = Integer.parseInt(one.patient().substring(1));
      assertEquals(patient < 6 ? "Ulm" : "Bern", one.fold());
    }
    assertEquals(
        2 * (PATIENTS - 6), result.manifest().folds().get("Ulm").trainingSubjects().size());
    assertEquals(
        "Leave one site out: for each site every method is trained anew on the others",
        result.split());
  }

  @Test
  void withinAViewNothingIsWonByTellingViewsApart() throws Exception {
    ExperimentConfig experiment =
        on(table(), "strata: view\ntest: {cross_validation: {folds: 4}}\n");
    FakeMethods fakes = new FakeMethods();
    fakes.critics =
        Map.of("bright", List.of("critic"), "dark", List.of("critic", "unconstrained-critic"));
    StratifiedImages images = run(experiment, fakes).images();
    assertEquals("view", images.column());
    assertEquals(
        List.of(
            new StratifiedImages.Stratum("AP", 12, 4), new StratifiedImages.Stratum("PA", 4, 12)),
        images.strata());
    List<String> scorers = new ArrayList<>();
    for (StratifiedImages.Row row : images.rows()) {
      scorers.add((row.logit() ? "logit of " : "") + row.scorer());
      assertEquals(0.5, row.within().value(), 1e-12, row.scorer());
      assertEquals(0.5, row.withinFold().value(), 1e-12, row.scorer());
    }
    assertEquals(
        List.of("bright", "dark", "logit of critic", "logit of unconstrained-critic"), scorers);
    assertEquals(0.75, images.rows().get(2).all().value(), 1e-12, "the critic sees the view");
    assertEquals(0.25, images.rows().get(3).all().value(), 1e-12);
    assertEquals(
        List.of("bright-dark", "critic-unconstrained-critic"),
        images.differences().stream().map(one -> one.scorer() + "-" + one.other()).toList());
    assertEquals(0, fakes.openJudges);
    assertEquals(8, fakes.finished.keySet().stream().filter(w -> w.startsWith("ask")).count());
    fakes.worksLeft = 0;
    assertEquals(images, run(experiment, fakes).images(), "asked once");
    String table = Files.readString(folder.resolve("out/results.md"));
    assertTrue(table.contains("| image AUROC | all pairs | pairs of one view |"), table);
    assertTrue(table.contains("| logit of critic | 0.750 ("), table);
    assertTrue(table.contains("AP 12 diseased, 4 healthy; PA 4 diseased, 12 healthy"), table);
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("<h2>Images of one view</h2>"));
  }

  @Test
  void aColumnThatIsMissingIsNamedBeforeAnyWork() throws Exception {
    ExperimentConfig strata = on(table(), "strata: sex\ntest: {cross_validation: {}}\n");
    assertMistake(
        "strata names the column sex, and subject x00 comes from a table that has none; it has"
            + " site, view",
        assertThrows(DataException.class, () -> run(strata, new FakeMethods()))
            .getMessage()
            .replaceAll("subject x\\d+", "subject x00"));
    assertFalse(Files.exists(folder.resolve("out/folds")));
    assertMistake(
        "by is site and patients are p1, expected one of the two",
        experimentFails("test: {leave_one_out: {by: site, patients: [p1]}}\n"));
    assertMistake(
        "folds is 1, expected at least 2",
        experimentFails("test: {cross_validation: {folds: 1}}\n"));
  }
}
