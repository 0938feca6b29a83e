package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.Metric;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.OutputFile;
import dev.hale.engine.Device;
import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole experiments: what is done, what is found again, what is written and what is refused. */
@Tag("slow")
final class ExperimentTest extends TinyExperiment {
  @Test
  void whatIsFinishedIsNotDoneAgainWhereverItWasKilled() throws Exception {
    ExperimentConfig experiment = experiment(PHANTOMS);
    FakeMethods fakes = new FakeMethods();
    int killed = 0;
    ExperimentResult result = null;
    while (result == null) {
      fakes.worksLeft = 1; // dies at the second piece of work of every run
      try {
        result = run(experiment, fakes);
      } catch (FakeMethods.Killed expected) {
        killed++;
        assertFalse(Files.exists(folder.resolve("out/report.html")));
        assertTrue(killed < 20, "it does not get on");
      }
    }
    assertTrue(killed >= 7, "killed %d times".formatted(killed));
    Map<String, Integer> done = fakes.finished;
    assertEquals(8, done.size(), done.toString()); // 2 trainings, 2 × 3 detections
    done.forEach((work, times) -> assertEquals(1, times, work));
    fakes.worksLeft = 0; // a further run does no work at all
    assertEquals(result.methods().size(), run(experiment, fakes).methods().size());
  }

  @Test
  void whatAMethodTookOverIsCountedAsItsTimeButNotAsSpent() throws Exception {
    ExperimentResult result = run(experiment(PHANTOMS), new FakeMethods());
    double slices = Phantom.subject(Pathology.GLIOMA, 900).scan().grid().nz();
    assertTrue(result.methods().get(0).secondsPerSlice() < 100);
    assertEquals(FakeMethods.SAVED / slices, result.methods().get(1).secondsPerSlice(), 100);
    assertTrue(result.manifest().totalSeconds() < FakeMethods.SAVED);
  }

  @Test
  void theReportSaysWhatWasFound() throws Exception {
    ExperimentResult result = run(experiment(PHANTOMS), new FakeMethods());
    double bright = result.methods().get(0).metrics().get(Metric.ORACLE_DICE).value();
    double dark = result.methods().get(1).metrics().get(Metric.ORACLE_DICE).value();
    assertTrue(bright > dark, bright + " and " + dark);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/results.json").toFile());
    assertEquals(6, json.get("subjects").size());
    assertTrue(json.at("/methods/0/metrics/DICE/lower").isNull(), "two patients, no interval");
    assertEquals("SLICES", json.at("/methods/0/sliceDice/unit").asText());
    assertEquals("SLICES", json.at("/comparisons/0/difference/unit").asText());
    assertEquals(1, json.get("comparisons").size(), "one pair, once");
    assertEquals(64, json.at("/manifest/folds/all/dataSha256").asText().length());
    assertEquals(3, json.at("/manifest/subjects").size());
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("Tiny &lt;b&gt;test&lt;/b&gt; &amp; more"));
    assertFalse(page.contains("<b>test"));
    assertFalse(page.contains("http://") || page.contains("https://"), "needs nothing else");
    assertTrue(page.contains("data:image/png;base64,"));
    String table = Files.readString(folder.resolve("out/results.md"));
    assertTrue(table.contains("| bright |"), table);
  }

  @Test
  void aResultIsTheFolderThatDetectWritesAndItsMetrics() throws Exception {
    FakeMethods fakes = new FakeMethods();
    fakes.heal = scan -> scan;
    ExperimentResult result = run(experiment(PHANTOMS), fakes);
    Path bright = folder.resolve("out/results/all/bright/phantom-glioma-900");
    DetectionRecord record = DetectionRecord.read(bright);
    assertEquals("phantom-glioma-900", record.name());
    assertEquals(
        result.subjects().get(0).inputSha256(), record.inputs().get(record.name()).sha256());
    assertEquals(List.of(), record.damage(bright));
    List<String> written = record.files().stream().map(OutputFile::name).toList();
    assertTrue(
        written.containsAll(List.of("map.nii.gz", "healthy_T1c.nii.gz", "montage.png")),
        written.toString());
    assertTrue(Files.exists(bright.resolve("metrics.json")));
  }

  @Test
  void resultsOfAnEarlierBuildAreNotMadeAgainInTheirPlace() throws Exception {
    run(experiment(PHANTOMS), new FakeMethods());
    Path bright = folder.resolve("out/results/all/bright/phantom-glioma-901");
    Files.move(bright.resolve("metrics.json"), bright.resolve("result.json"));
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(PHANTOMS), new FakeMethods()));
    assertMistake(bright + " was written by an earlier build of hale", refused.getMessage());
  }

  @Test
  void aDamagedResultIsNamedAndNotTakenForFinished() throws Exception {
    run(experiment(PHANTOMS), new FakeMethods());
    Path bright = folder.resolve("out/results/all/bright/phantom-glioma-901");
    Files.write(bright.resolve("map.nii.gz"), new byte[100]);
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(PHANTOMS), new FakeMethods()));
    assertMistake(
        bright + " is not as it was written (map.nii.gz has 100 bytes", refused.getMessage());
    assertMistake("remove it to detect again", refused.getMessage());
  }

  @Test
  void otherMethodsAndSubjectsMayJoinLaterButNoOtherConfiguration() throws Exception {
    FakeMethods fakes = new FakeMethods();
    run(experiment(PHANTOMS), fakes);
    fakes.finished.clear();
    run(experiment(PHANTOMS.replace("subjects: 2", "subjects: 3")), fakes);
    // The healthy one moves up by a seed: a new diseased and a new healthy subject, two methods.
    assertEquals(4, fakes.finished.size(), fakes.finished.toString());
    Files.writeString(config, Files.readString(config).replace("steps: 6", "steps: 7"));
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(PHANTOMS), fakes));
    assertTrue(refused.getMessage().contains("steps: 7"), refused.getMessage());
  }

  @Test
  void networksThatAreGivenAreHandedOnAndMustStayAsTheyWere() throws Exception {
    Path network = folder.resolve("diffusion.safetensors");
    Files.writeString(network, "weights");
    String given = "networks: ['%s']\n".formatted(network) + PHANTOMS;
    FakeMethods fakes = new FakeMethods();
    ExperimentResult result = run(experiment(given), fakes);
    assertEquals(network, fakes.opened.get(0).given("diffusion").orElseThrow());
    assertTrue(fakes.opened.get(0).given("critic").isEmpty());
    assertEquals(64, result.manifest().networks().get(network.toString()).length());
    assertTrue(result.split().contains(network.toString()), result.split());
    Files.writeString(network, "others");
    DataException changed =
        assertThrows(DataException.class, () -> run(experiment(given), new FakeMethods()));
    assertMistake("diffusion.safetensors has changed since", changed.getMessage());
    Files.delete(network);
    DataException gone =
        assertThrows(DataException.class, () -> run(experiment(given), new FakeMethods()));
    assertMistake("diffusion.safetensors: cannot be read", gone.getMessage());
    assertMistake(
        "networks names unet.safetensors, expected a file called one of diffusion.safetensors",
        experimentFails("networks: [unet.safetensors]\n" + PHANTOMS));
  }

  @Test
  void mistakesInTheFileAreNamed() throws Exception {
    assertMistake("expected one of phantoms", experimentFails("test: {}\n"));
    assertMistake(
        "did you mean first_seed", experimentFails(PHANTOMS.replace("first_seed", "first_sed")));
    ExperimentConfig overlapping = experiment(PHANTOMS.replace("900", "1"));
    DataException shared =
        assertThrows(DataException.class, () -> run(overlapping, new FakeMethods()));
    assertMistake("no person may be in both", shared.getMessage());
    DataException unknown =
        assertThrows(
            DataException.class,
            () ->
                new Experiment(
                    experiment(PHANTOMS),
                    false,
                    folder,
                    new TrainedMethods(Device.CPU),
                    "command"));
    assertMistake("there is no method bright; known are counterfactual", unknown.getMessage());
  }
}
