package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.config.ConfigFile;
import dev.hale.app.prepare.Subject;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.engine.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code experiments/}. */
final class ExperimentFilesTest {
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("experiments"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void thePromisedOnesAreThere() throws IOException {
    List<String> names =
        files().stream().map(file -> file.getFileName().toString().replace(".yaml", "")).toList();
    assertTrue(
        names.containsAll(
            List.of(
                "brats2013",
                "ms-real",
                "nih-effusion",
                "phantom-bias",
                "lgg",
                "lgg-channels",
                "lgg-context",
                "lgg-curve",
                "lgg-normalisation",
                "lgg-seeds",
                "lgg-sites",
                "lgg-to-brats2013",
                "brats2013-continued",
                "lgg-to-ms",
                "phantom-glioma",
                "phantom-glioma-fresh",
                "phantom-ms",
                "phantom-ms-fresh",
                "wolleb-brats2020",
                "wolleb-chexpert")),
        names.toString());
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachIsReadWithItsTrainingAndItsSmallVersion(Path file) {
    ExperimentConfig experiment = ExperimentConfig.read(file);
    assertEquals(file.getFileName().toString(), experiment.name() + ".yaml");
    assertEquals(
        experiment,
        ConfigFile.parse(
            ConfigFile.toYaml(experiment), "resolved", ExperimentConfig.class, List.of()));
    TrainingConfig.read(experiment.config(), experiment.overrides());
    if (experiment.quick().isPresent()) {
      ExperimentConfig small = experiment.small();
      TrainingConfig.read(small.config(), small.overrides());
      assertEquals(experiment.name() + "-quick", small.name());
    }
    assertTrue(new TrainedMethods(Device.CPU).names().containsAll(experiment.methods()));
  }

  @Test
  void testPhantomsAreOnlyDrawnFromSeedsThatTrainingDoesNotUse() {
    ExperimentConfig experiment = ExperimentConfig.read(Path.of("experiments/phantom-ms.yaml"));
    List<TestFold> testFolds = TestFold.of(experiment, Path.of("out"));
    assertEquals(1, testFolds.size());
    assertEquals(14, testFolds.get(0).cases().size());
    assertEquals("phantom-ms-1001100", testFolds.get(0).cases().get(0).name());
    assertEquals("phantom-healthy-1001112", testFolds.get(0).cases().get(12).name());
    assertTrue(TestFold.split(experiment, testFolds).contains("seeds 0–479"));
  }

  @Test
  void theScannerSaysNothingAboutDiseaseInTheTestsOfPhantomBias() {
    ExperimentConfig experiment = ExperimentConfig.read(Path.of("experiments/phantom-bias.yaml"));
    List<TestFold> testFolds = TestFold.of(experiment, Path.of("out"));
    assertEquals(3, testFolds.size());
    PreparationSettings trained = testFolds.get(0).fold().config().data().preparation();
    OtherScanner other = trained.healthyScanner().orElseThrow();
    List<Subject.MadeUp> cases =
        testFolds.get(0).cases().stream().map(Subject.MadeUp.class::cast).toList();
    for (Pathology pathology : List.of(Pathology.GLIOMA, Pathology.HEALTHY)) {
      List<OtherScanner> scanners =
          cases.stream()
              .filter(one -> one.pathology() == pathology)
              .map(Subject.MadeUp::scanner)
              .toList();
      long standard = scanners.stream().filter(OtherScanner.DEFAULT::equals).count();
      assertEquals(scanners.size(), 2 * standard, pathology.name());
      assertEquals(standard, scanners.stream().filter(other::equals).count(), pathology.name());
    }
    assertEquals(cases, testFolds.get(2).cases(), "the same for every seed");
  }
}
