package dev.hale.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.engine.Device;
import dev.hale.experiment.config.ConfigFile;
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
                "phantom-bias",
                "phantom-glioma",
                "phantom-ms",
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
    assertTrue(new StandardMethods(Device.CPU).names().containsAll(experiment.methods()));
  }

  @Test
  void testPhantomsAreOnlyDrawnFromSeedsThatTrainingDoesNotUse() {
    ExperimentConfig experiment = ExperimentConfig.read(Path.of("experiments/phantom-ms.yaml"));
    List<Trial> trials = Trial.of(experiment, Path.of("out"));
    assertEquals(1, trials.size());
    assertEquals(14, trials.get(0).cases().size());
    assertEquals("phantom-ms-1001100", trials.get(0).cases().get(0).subject());
    assertEquals("phantom-healthy-1001112", trials.get(0).cases().get(12).subject());
    assertTrue(Trial.split(experiment, trials).contains("seeds 0–239"));
  }

  @Test
  void theScannerSaysNothingAboutDiseaseInTheTestsOfPhantomBias() {
    ExperimentConfig experiment = ExperimentConfig.read(Path.of("experiments/phantom-bias.yaml"));
    List<Trial> trials = Trial.of(experiment, Path.of("out"));
    assertEquals(3, trials.size());
    PreparationSettings trained = trials.get(0).fold().config().data().preparation();
    OtherScanner other = trained.healthyScanner().orElseThrow();
    List<Candidate.MadeUp> cases =
        trials.get(0).cases().stream().map(Candidate.MadeUp.class::cast).toList();
    for (Pathology pathology : List.of(Pathology.GLIOMA, Pathology.HEALTHY)) {
      List<OtherScanner> scanners =
          cases.stream()
              .filter(one -> one.pathology() == pathology)
              .map(Candidate.MadeUp::scanner)
              .toList();
      long standard = scanners.stream().filter(OtherScanner.DEFAULT::equals).count();
      assertEquals(scanners.size(), 2 * standard, pathology.name());
      assertEquals(standard, scanners.stream().filter(other::equals).count(), pathology.name());
    }
    assertEquals(cases, trials.get(2).cases(), "the same for every seed");
  }
}
