package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.Metric;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.app.prepare.PhantomDataset;
import dev.hale.data.phantom.Pathology;
import dev.hale.io.Nifti;
import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments on patients' files: who is left out, what they are called, what they lack. */
@Tag("slow")
final class PatientsExperimentTest extends TinyExperiment {
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
    FakeMethods fakes = new FakeMethods();
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

  @Test
  void patientsForValidationMayBeTestedOnAsWell() throws Exception {
    Path study = folder.resolve("study");
    new PhantomDataset(study, List.of(Pathology.GLIOMA), 4, 40).write(false, subject -> {});
    String data =
        """
        set: ["data.source='%s'", "data.test_subjects=[glioma-40]", "data.validation_subjects=[glioma-42]", "data.validation=0"]
        test: {held_out: {validation: %s}}
        """;
    ExperimentResult both = run(experiment(data.formatted(study, true)), new FakeMethods());
    assertEquals(Set.of("glioma-40", "glioma-42"), tested(both));
    assertTrue(both.split().contains("and the validation split"));
    both.manifest()
        .folds()
        .forEach((fold, trained) -> assertFalse(trained.trainingSubjects().contains("glioma-40")));
  }

  private static Set<String> tested(ExperimentResult result) {
    return result.subjects().stream().map(SubjectResult::patient).collect(Collectors.toSet());
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
    FakeMethods fakes = new FakeMethods();
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
    DataException refused =
        assertThrows(DataException.class, () -> run(experiment, new FakeMethods()));
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
      new Experiment(experiment, false, folder.resolve("out"), new FakeMethods(), "x")
          .run(listener);
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
    ExperimentResult result = run(experiment, new FakeMethods());
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
    ExperimentResult result = run(experiment, new FakeMethods());
    assertEquals(16, result.subjects().size()); // 8 test pictures, 2 methods
    assertEquals(1, result.methods().get(0).sliceAuroc().value(), "bright is diseased");
    assertEquals(0.5, result.methods().get(1).sliceAuroc().value(), "as dark as healthy");
    assertTrue(Double.isNaN(result.methods().get(0).metrics().get(Metric.DICE).value()));
    assertTrue(result.comparisons().isEmpty());
    assertTrue(result.counts().endsWith("8 slices, 4 of them with lesion"), result.counts());
    String page = Files.readString(folder.resolve("out/report.html"));
    assertTrue(page.contains("Only labels of images are known"));
    assertFalse(page.contains(">NaN"), "a number that is none");
    assertTopIsBright(page.substring(page.lastIndexOf("base64,") + 7));
    assertFalse(Files.readString(folder.resolve("out/results.md")).contains("NaN"));
  }

  /** A diseased picture, which is bright on top, as the first panel of a figure shows it. */
  private static void assertTopIsBright(String figure) throws Exception {
    byte[] png = Base64.getDecoder().decode(figure.substring(0, figure.indexOf('"')));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int x = image.getWidth() / 5;
    int top = 0;
    while ((image.getRGB(x, top) & 0xff) < 60) {
      top++; // title and margin
    }
    int bottom = top;
    while ((image.getRGB(x, bottom) & 0xff) >= 60) {
      bottom++;
    }
    assertTrue(bottom - top > 50, "a panel from %d to %d".formatted(top, bottom));
    int upper = image.getRGB(x, top + 5) & 0xff;
    int lower = image.getRGB(x, bottom - 5) & 0xff;
    assertTrue(upper > lower + 50, upper + " above " + lower);
  }
}
