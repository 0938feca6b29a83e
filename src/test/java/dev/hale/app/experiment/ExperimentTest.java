package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.HaleException;
import dev.hale.app.detect.DetectionRecord;
import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.HealthyImageSummary;
import dev.hale.app.experiment.report.HealthyMetric;
import dev.hale.app.experiment.report.Metric;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.app.prepare.PhantomDataset;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.engine.Device;
import dev.hale.evaluation.Thresholds;
import dev.hale.io.Nifti;
import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments with methods that learn nothing and take no time. */
@Tag("slow")
final class ExperimentTest {
  @TempDir Path folder;
  private Path config;

  @BeforeEach
  void writeConfig() throws Exception {
    config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        """
        data:
          set: %s
          layout: phantom
          pathologies: [healthy, glioma]
          subjects: 2
          image_size: 16
          spacing: 12
          minimum_lesion: 1
          validation: 0
        diffusion:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 6, batch: 4, warmup: 2, checkpoint_every: 3}
        classifier:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2}
        """
            .formatted(folder.resolve("never")));
  }

  private ExperimentConfig experiment(String more) throws Exception {
    return experiment(more, "bright", "dark");
  }

  private ExperimentConfig experiment(String more, String parent, String reference)
      throws Exception {
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(
        file,
        """
        name: tiny
        title: Tiny <b>test</b> & more
        config: %s
        methods: [%s, %s]
        reference: %s
        parents: [%s]
        seed: 3
        """
                .formatted(config, parent, reference, reference, parent)
            + more);
    return ExperimentConfig.read(file);
  }

  private static final String PHANTOMS =
      "test: {phantoms: {pathology: glioma, subjects: 2, healthy: 1, first_seed: 900}}\n";

  private ExperimentResult run(ExperimentConfig config, Fakes fakes) {
    return new Experiment(config, false, folder.resolve("out"), fakes, "hale experiment run x")
        .run(new ExperimentListener() {});
  }

  @Test
  void whatIsFinishedIsNotDoneAgainWhereverItWasKilled() throws Exception {
    ExperimentConfig experiment = experiment(PHANTOMS);
    Fakes fakes = new Fakes();
    int killed = 0;
    ExperimentResult result = null;
    while (result == null) {
      fakes.worksLeft = 1; // dies at the second piece of work of every run
      try {
        result = run(experiment, fakes);
      } catch (Killed expected) {
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
    ExperimentResult result = run(experiment(PHANTOMS), new Fakes());
    double slices = Phantom.subject(Pathology.GLIOMA, 900).scan().grid().nz();
    assertTrue(result.methods().get(0).secondsPerSlice() < 100);
    assertEquals(SAVED / slices, result.methods().get(1).secondsPerSlice(), 100);
    assertTrue(result.manifest().totalSeconds() < SAVED);
  }

  @Test
  void theReportSaysWhatWasFound() throws Exception {
    ExperimentResult result = run(experiment(PHANTOMS), new Fakes());
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
  void healthyImagesAreMeasuredAgainstTheTwinAndByTheJudge() throws Exception {
    Fakes fakes = new Fakes();
    fakes.judges = true;
    fakes.heal = ExperimentTest::twin;
    ExperimentResult result = run(experiment(PHANTOMS), fakes);
    List<HealthyImageSummary> rows = result.healthyImages();
    assertEquals(
        List.of("the scan itself", "bright", "the healthy twin"),
        rows.stream().map(HealthyImageSummary::image).toList());
    assertEquals(1, value(rows.get(0), HealthyMetric.RESIDUAL_CONTRAST), 1e-9);
    assertEquals(0, value(rows.get(1), HealthyMetric.RESIDUAL_CONTRAST), 1e-9);
    assertEquals(1, value(rows.get(1), HealthyMetric.LESION_SSIM), 1e-9);
    double moved = value(rows.get(0), HealthyMetric.OUTSIDE_RMSE); // what the glioma displaces
    assertTrue(moved > 0.01 && moved < 0.5, "displaced by " + moved);
    assertEquals(0, value(rows.get(1), HealthyMetric.OUTSIDE_RMSE), 1e-9);
    assertEquals(moved, value(rows.get(1), HealthyMetric.OUTSIDE_CHANGE), 1e-9);
    assertEquals(0, value(rows.get(0), HealthyMetric.OUTSIDE_CHANGE));
    assertEquals(2, rows.get(0).metrics().get(HealthyMetric.OUTSIDE_CHANGE).cases());
    assertEquals(1, value(rows.get(0), HealthyMetric.UNCHANGED_SLICES));
    assertTrue(value(rows.get(1), HealthyMetric.UNCHANGED_SLICES) < 1);
    double before = value(rows.get(0), HealthyMetric.DISEASED_CALLED_HEALTHY);
    double after = value(rows.get(1), HealthyMetric.DISEASED_CALLED_HEALTHY);
    assertTrue(before < after, before + " and " + after);
    assertEquals(value(rows.get(2), HealthyMetric.DISEASED_CALLED_HEALTHY), after);
    assertEquals(0, fakes.openJudges);

    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/results.json").toFile());
    assertEquals("bright", json.at("/healthyImages/1/image").asText());
    assertEquals(0, json.at("/healthyImages/1/metrics/RESIDUAL_CONTRAST/value").asDouble(-1), 1e-9);
    JsonNode first = json.at("/subjects/0/healthyImage");
    assertTrue(first.at("/image/verdict/diseasedSlices").asInt() > 3);
    assertTrue(json.at("/subjects/5/healthyImage").isNull(), "dark makes no healthy image");
    String table = Files.readString(folder.resolve("out/results.md"));
    assertTrue(table.contains("| healthy image | residual contrast |"), table);
    assertTrue(table.contains("| the healthy twin | 0.000 |"), table);
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("<h2>Healthy images</h2>"));
    fakes.asked = 0;
    run(experiment(PHANTOMS), fakes);
    assertEquals(0, fakes.asked, "what is measured is not measured again");
  }

  @Test
  void measuringGoesOnWhereItWasKilled() throws Exception {
    Fakes fakes = new Fakes();
    fakes.judges = true;
    fakes.heal = scan -> scan;
    fakes.judgementsLeft = 4; // scan, image and twin of the first subject, scan of the second
    assertThrows(Killed.class, () -> run(experiment(PHANTOMS), fakes));
    assertEquals(0, fakes.openJudges);
    fakes.judgementsLeft = Integer.MAX_VALUE;
    fakes.asked = 0;
    run(experiment(PHANTOMS), fakes);
    assertEquals(5, fakes.asked); // three of the second, two of the third, which has no twin
  }

  @Test
  void aResultIsTheFolderThatDetectWritesAndItsMetrics() throws Exception {
    Fakes fakes = new Fakes();
    fakes.heal = scan -> scan;
    ExperimentResult result = run(experiment(PHANTOMS), fakes);
    Path bright = folder.resolve("out/results/all/bright/phantom-glioma-900");
    DetectionRecord record = DetectionRecord.read(bright);
    assertEquals("phantom-glioma-900", record.name());
    assertEquals(
        result.subjects().get(0).inputSha256(), record.inputs().get(record.name()).sha256());
    for (String file : record.files()) {
      assertTrue(Files.exists(bright.resolve(file)), file);
    }
    assertTrue(record.files().containsAll(List.of("map.nii.gz", "healthy_T1c.nii.gz")));
    assertTrue(record.files().contains("montage.png"), record.files().toString());
    assertTrue(Files.exists(bright.resolve("metrics.json")));
  }

  @Test
  void resultsOfAnEarlierBuildAreNotMadeAgainInTheirPlace() throws Exception {
    run(experiment(PHANTOMS), new Fakes());
    Path bright = folder.resolve("out/results/all/bright/phantom-glioma-901");
    Files.move(bright.resolve("metrics.json"), bright.resolve("result.json"));
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(PHANTOMS), new Fakes()));
    assertMistake(bright + " was written by an earlier build of hale", refused.getMessage());
  }

  @Test
  void theJudgeIsTrainedForMethodsThatMakeHealthyImages() throws Exception {
    Files.writeString(
        config,
        Files.readString(config)
                .replace("subjects: 2", "subjects: 4")
                .replace("validation: 0", "validation: 0.5")
            + """
            critic:
              network: {filters: [5, 8]}
              training: {steps: 2, batch: 4, warmup: 0, validate_every: 0, seed: 4}
            vae:
              network: {filters: [8, 8], latent_size: 4}
              training: {steps: 2, batch: 4, warmup: 0, validate_every: 0}
            """);
    ExperimentConfig experiment = experiment(PHANTOMS, "vae", "intensity");
    Path out = folder.resolve("out");
    ExperimentResult result =
        new Experiment(experiment, false, out, new TrainedMethods(Device.CPU), "x")
            .run(new ExperimentListener() {});
    assertFalse(Files.exists(out.resolve("folds/all/critic.safetensors")), "no method needs it");
    try (NetworkFile judge = NetworkFile.readCritic(out.resolve("folds/all/judge.safetensors"))) {
      assertEquals(List.of(8, 12), judge.section("network", CriticConfig.class).filters());
    }
    JsonNode chosen = new ObjectMapper().readTree(out.resolve("folds/all/judge.json").toFile());
    assertTrue(Double.isFinite(chosen.at("/threshold/threshold").asDouble(Double.NaN)));
    assertTrue(chosen.at("/diseased").asInt() > 0);
    assertEquals(
        List.of("the scan itself", "vae", "the healthy twin"),
        result.healthyImages().stream().map(HealthyImageSummary::image).toList());
    HealthyImageSummary vae = result.healthyImages().get(1);
    assertTrue(value(vae, HealthyMetric.OUTSIDE_CHANGE) > 0.05, "it was hardly trained");
    assertEquals(0, value(vae, HealthyMetric.UNCHANGED_SLICES));
    assertEquals(3, vae.metrics().get(HealthyMetric.HEALTHY_CALLED_HEALTHY).cases());
    assertTrue(Files.readString(out.resolve("report.html")).contains("judge"), "its training");
  }

  private static double value(HealthyImageSummary row, HealthyMetric metric) {
    return row.metrics().get(metric).value();
  }

  private static Scan twin(Scan scan) {
    long seed = Long.parseLong(scan.name().substring(scan.name().lastIndexOf('-') + 1));
    return Phantom.subject(Pathology.HEALTHY, seed).scan();
  }

  @Test
  void otherMethodsAndSubjectsMayJoinLaterButNoOtherConfiguration() throws Exception {
    Fakes fakes = new Fakes();
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
    Fakes fakes = new Fakes();
    ExperimentResult result = run(experiment(given), fakes);
    assertEquals(network, fakes.opened.get(0).given("diffusion").orElseThrow());
    assertTrue(fakes.opened.get(0).given("critic").isEmpty());
    assertEquals(64, result.manifest().networks().get(network.toString()).length());
    assertTrue(result.split().contains(network.toString()), result.split());
    Files.writeString(network, "others");
    DataException changed =
        assertThrows(DataException.class, () -> run(experiment(given), new Fakes()));
    assertMistake("diffusion.safetensors has changed since", changed.getMessage());
    Files.delete(network);
    DataException gone =
        assertThrows(DataException.class, () -> run(experiment(given), new Fakes()));
    assertMistake("diffusion.safetensors: cannot be read", gone.getMessage());
    assertMistake(
        "networks names unet.safetensors, expected a file called one of diffusion.safetensors",
        experimentFails("networks: [unet.safetensors]\n" + PHANTOMS));
  }

  @Test
  void everySeedTrainsAnewOnTheSameDataAndNothingIsDoneTwice() throws Exception {
    ExperimentConfig experiment = experiment("seeds: [4, 5]\n" + PHANTOMS);
    Fakes fakes = new Fakes();
    fakes.learning = List.of("bright");
    ExperimentResult result = null;
    for (int killed = 0; result == null; killed++) {
      assertTrue(killed < 20, "it does not get on");
      fakes.worksLeft = 2;
      try {
        result = run(experiment, fakes);
      } catch (Killed expected) {
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
    Fakes fakes = new Fakes();
    run(experiment("seeds: [4]\n" + PHANTOMS), fakes);
    fakes.finished.clear();
    run(experiment("seeds: [4, 9]\n" + PHANTOMS), fakes);
    assertTrue(fakes.finished.containsKey("train bright all/seed-9"));
    assertFalse(fakes.finished.containsKey("train bright all/seed-4"), "it was trained before");
    String other = "set: [data.minimum_lesion=2]\nseeds: [11]\n" + PHANTOMS;
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment(other), new Fakes()));
    assertMistake("there \"minimum_lesion: 1\", now \"minimum_lesion: 2\"", refused.getMessage());
    assertMistake(
        "expected at least one, each once", experimentFails("seeds: [3, 3]\n" + PHANTOMS));
    assertMistake("expected at least one", experimentFails("seeds: []\n" + PHANTOMS));
  }

  @Test
  void everyPatientIsLeftOutInTurn() throws Exception {
    Path study = folder.resolve("study");
    new PhantomDataset(study, List.of(Pathology.GLIOMA), 2, 40).write(false, subject -> {});
    ExperimentConfig experiment =
        experiment(
            """
            set: ["data.source='%s'"]
            test: {leave_one_out: {}}
            """
                .formatted(study));
    Fakes fakes = new Fakes();
    ExperimentResult result = run(experiment, fakes);
    assertEquals(4, result.subjects().size());
    result
        .manifest()
        .folds()
        .forEach(
            (fold, data) -> {
              assertEquals(1, data.trainingSubjects().size());
              assertFalse(data.trainingSubjects().contains(fold), "tested and trained on");
            });
  }

  private static final List<String> NEIGHBOURS = List.of("P_1", "P 1", "Müller", "Möller", "..");

  /** A table of phantoms by these names, five at most. */
  private Path table(List<String> names) throws Exception {
    Path study = folder.resolve("study");
    new PhantomDataset(study, List.of(Pathology.GLIOMA), names.size(), 40).write(false, s -> {});
    StringBuilder table = new StringBuilder("subject,FLAIR,T1,T1c,T2,mask,brain\n");
    for (int i = 0; i < names.size(); i++) {
      table.append(names.get(i));
      for (String file : List.of("FLAIR", "T1", "T1c", "T2", "lesion", "brain")) {
        table.append(",study/glioma-%d/%s.nii.gz".formatted(40 + i, file));
      }
      table.append("\n");
    }
    Path file = folder.resolve("table.csv");
    Files.writeString(file, table);
    return file;
  }

  private ExperimentConfig leavingOut(Path table) throws Exception {
    return experiment(
        "set: [\"data.layout=csv\", \"data.source='%s'\"]\ntest: {leave_one_out: {}}\n"
            .formatted(table));
  }

  @Test
  void whoseNamesDifferInSpecialCharactersOnlyIsLeftOutEachAndKeptApart() throws Exception {
    ExperimentConfig experiment = leavingOut(table(NEIGHBOURS));
    Fakes fakes = new Fakes();
    ExperimentResult result = run(experiment, fakes);
    assertEquals(10, result.subjects().size());
    assertEquals(5, result.subjects().stream().map(SubjectResult::inputSha256).distinct().count());
    assertEquals(Set.copyOf(NEIGHBOURS), result.manifest().folds().keySet());
    result
        .manifest()
        .folds()
        .forEach(
            (patient, data) -> {
              List<String> others = new ArrayList<>(NEIGHBOURS);
              others.remove(patient);
              assertEquals(Set.copyOf(others), Set.copyOf(data.trainingSubjects()));
            });
    assertEquals(20, fakes.finished.size(), fakes.finished.toString());
    fakes.worksLeft = 0; // all of it is found again
    assertEquals(10, run(experiment, fakes).subjects().size());
    for (String kind : List.of("results", "folds")) {
      assertEquals(
          Set.of("%2E%2E", "M%C3%B6ller", "M%C3%BCller", "P 1", "P_1"),
          Set.copyOf(names(folder.resolve("out").resolve(kind))));
    }
    assertEquals(List.of("P 1"), names(folder.resolve("out/results/P 1/bright")));
  }

  @Test
  void namesThatSomeFileSystemsTakeForOneAreRefusedBeforeAnyWork() throws Exception {
    ExperimentConfig experiment = leavingOut(table(List.of("p1", "P1")));
    DataException refused = assertThrows(DataException.class, () -> run(experiment, new Fakes()));
    assertMistake("patients are called P1 and p1", refused.getMessage());
    assertFalse(Files.exists(folder.resolve("out/folds")));
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aDoubtfulMaskIsNamedInEveryRun() throws Exception {
    Path study = folder.resolve("study");
    new PhantomDataset(study, List.of(Pathology.GLIOMA), 2, 40).write(false, subject -> {});
    Path lesion = study.resolve("glioma-40/lesion.nii.gz");
    Files.copy(lesion.resolveSibling("brain.nii.gz"), lesion, StandardCopyOption.REPLACE_EXISTING);
    ExperimentConfig experiment =
        experiment("set: [\"data.source='%s'\"]\ntest: {leave_one_out: {}}\n".formatted(study));
    for (int run = 0; run < 2; run++) {
      Set<String> warnings = new TreeSet<>();
      ExperimentListener listener =
          new ExperimentListener() {
            @Override
            public void onWarning(String line) {
              warnings.add(line);
            }
          };
      new Experiment(experiment, false, folder.resolve("out"), new Fakes(), "x").run(listener);
      assertEquals(
          Set.of(
              lesion
                  + ": covers 100 % of the brain, as no lesion does; is it the brain, or inverted?"),
          warnings);
    }
  }

  @Test
  void withoutABrainMaskAllMethodsAreScoredInTheSameBrain() throws Exception {
    Path study = folder.resolve("study");
    new PhantomDataset(study, List.of(Pathology.GLIOMA), 2, 40).write(false, subject -> {});
    try (Stream<Path> files = Files.walk(study)) {
      for (Path brain : files.filter(file -> file.toString().contains("brain")).toList()) {
        Files.delete(brain);
      }
    }
    for (String subject : List.of("glioma-40", "glioma-41")) {
      Path file = study.resolve(subject).resolve("T1.nii.gz");
      Scan scan = Nifti.read(file);
      float[] voxels = scan.voxels().clone();
      Arrays.fill(voxels, voxels.length / 2, voxels.length, voxels[0]); // background: no T1 there
      Nifti.writeMap(file, scan.grid(), voxels);
    }
    ExperimentConfig experiment =
        experiment("set: [\"data.source='%s'\"]\ntest: {leave_one_out: {}}\n".formatted(study));
    ExperimentResult result = run(experiment, new Fakes());
    assertEquals(2, result.manifest().subjects().size()); // one sum each, brain included
  }

  @Test
  void picturesOfWhichOnlyTheLabelIsKnownAreScoredAsImages() throws Exception {
    Path study = folder.resolve("xrays");
    for (int patient = 1; patient <= 12; patient++) {
      boolean diseased = patient % 2 == 0;
      BufferedImage picture = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
      for (int p = 0; p < 400; p++) {
        int bright = diseased && p < 60 ? 200 : 100;
        picture.getRaster().setSample(p % 20, p / 20, 0, bright + (p * patient) % 40);
      }
      Path file =
          study.resolve(
              "%s/%s/patient%05d_frontal.png"
                  .formatted(
                      patient > 4 ? "test" : "train", diseased ? "diseased" : "healthy", patient));
      Files.createDirectories(file.getParent());
      assertTrue(ImageIO.write(picture, "png", file.toFile()));
    }
    ExperimentConfig experiment =
        experiment(
            """
            set: ["data.layout=chexpert", "data.source='%s'", "data.channels=[image]"]
            test: {held_out: {}}
            """
                .formatted(study));
    ExperimentResult result = run(experiment, new Fakes());
    assertEquals(16, result.subjects().size()); // 8 test pictures, 2 methods
    assertEquals(1, result.methods().get(0).sliceAuroc().value(), "bright is diseased");
    assertEquals(0.5, result.methods().get(1).sliceAuroc().value(), "as dark as healthy");
    assertTrue(Double.isNaN(result.methods().get(0).metrics().get(Metric.DICE).value()));
    assertTrue(result.comparisons().isEmpty());
    assertTrue(result.counts().endsWith("8 slices, 4 of them with lesion"), result.counts());
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("Only labels of images are known"));
    assertFalse(page.contains(">NaN"), "a number that is none");
    assertFalse(Files.readString(folder.resolve("out/results.md")).contains("NaN"));
  }

  @Test
  void mistakesInTheFileAreNamed() throws Exception {
    assertMistake("expected one of phantoms", experimentFails("test: {}\n"));
    assertMistake(
        "did you mean first_seed", experimentFails(PHANTOMS.replace("first_seed", "first_sed")));
    ExperimentConfig overlapping = experiment(PHANTOMS.replace("900", "1"));
    DataException shared = assertThrows(DataException.class, () -> run(overlapping, new Fakes()));
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

  private String experimentFails(String more) {
    return assertThrows(HaleException.class, () -> experiment(more)).getMessage();
  }

  private static void assertMistake(String expected, String message) {
    assertTrue(message.contains(expected), message);
  }

  /** Ends a run as if the process had been killed. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Two methods: what is bright in FLAIR, and what is dark. */
  private static final class Fakes implements MethodProvider {
    private final Map<String, Integer> finished = new HashMap<>();
    private final List<Fold> opened = new ArrayList<>();
    private List<String> learning = names();
    private int worksLeft = Integer.MAX_VALUE;
    private double savedSeconds;
    private UnaryOperator<Scan> heal = scan -> null; // makes no healthy image
    private boolean judges;
    private int judgementsLeft = Integer.MAX_VALUE;
    private int asked;
    private int openJudges;

    private void work(String what) {
      if (worksLeft-- <= 0) { // and stays dead
        throw new Killed();
      }
      finished.merge(what, 1, Integer::sum);
    }

    @Override
    public List<String> names() {
      return List.of("bright", "dark");
    }

    @Override
    public boolean learns(String method, Fold fold) {
      return learning.contains(method);
    }

    @Override
    public void train(String method, Fold fold, ExperimentListener listener) {
      assertTrue(Files.exists(fold.config().data().set().resolve("set.json")), "data are there");
      work("train " + method + " " + fold.name());
    }

    @Override
    public AnomalyDetector open(String method, Fold fold) {
      opened.add(fold);
      return new Fake(method, fold.config().data().preparation().channels(), this);
    }

    /** Calls a slice diseased by the share of it that is as bright as it can be in FLAIR. */
    @Override
    public Optional<Judge> judge(Fold fold, ExperimentListener listener) {
      if (!judges) {
        return Optional.empty();
      }
      openJudges++;
      return Optional.of(
          new Judge() {
            @Override
            public double threshold() {
              return 0.02;
            }

            @Override
            public float[] logits(float[][] images) {
              asked++;
              if (judgementsLeft-- == 0) {
                throw new Killed();
              }
              float[] logits = new float[images.length];
              for (int n = 0; n < images.length; n++) {
                for (int p = 0; p < 16 * 16; p++) {
                  logits[n] += images[n][p] > 0.8f ? 1 / 256f : 0;
                }
              }
              return logits;
            }

            @Override
            public void close() {
              openJudges--;
            }
          });
    }

    @Override
    public double savedSeconds() {
      return savedSeconds;
    }

    @Override
    public Map<String, Path> trainingLogs(String method, Fold fold) {
      return Map.of();
    }
  }

  private static final double SAVED = 1e6;

  private record Fake(String method, List<String> all, Fakes fakes) implements AnomalyDetector {
    @Override
    public Axis axis() {
      return Axis.AXIAL;
    }

    @Override
    public List<String> channels() {
      return method.equals("bright") ? all : all.subList(0, 1);
    }

    @Override
    public AnomalyMap detect(Scan scan, byte[] brain, DetectionProgress progress) {
      fakes.work("detect %s %s".formatted(method, scan.name()));
      fakes.savedSeconds += method.equals("dark") ? SAVED : 0;
      float[] map = scan.channel(0);
      for (int v = 0; v < map.length; v++) {
        map[v] = brain[v] == 0 ? 0 : method.equals("bright") ? map[v] : 1 / (1 + map[v]);
      }
      double threshold = Thresholds.percentile(map, brain, 90);
      return new AnomalyMap(
          scan.grid(),
          map,
          Thresholds.above(map, threshold, brain),
          method.equals("bright") ? fakes.heal.apply(scan) : null,
          threshold,
          "90th percentile",
          1,
          Map.of("method", method));
    }

    @Override
    public Map<String, String> provenance() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
