package dev.hale.app.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.app.config.ConfigFile;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.UNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code configs/}. */
final class ConfigurationsTest {
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("configs"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void thePromisedOnesAreThere() throws IOException {
    assertEquals(
        List.of(
            "brats2013",
            "demo",
            "lgg",
            "ms-real",
            "nih-effusion",
            "phantom-bias",
            "phantom-glioma",
            "phantom-ms",
            "wolleb-brats2020",
            "wolleb-chexpert"),
        files().stream().map(file -> file.getFileName().toString().replace(".yaml", "")).toList());
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachIsReadAndWrittenBackEqual(Path file) {
    TrainingConfig config = TrainingConfig.read(file, List.of());
    assertEquals(
        config,
        ConfigFile.parse(ConfigFile.toYaml(config), "resolved", TrainingConfig.class, List.of()));
  }

  @Test
  void callsCanBeSet() {
    TrainingConfig config =
        TrainingConfig.read(Path.of("configs/demo.yaml"), List.of("calibration.calls=7"));
    assertEquals(7, config.calibration().detection().calls());
  }

  @Test
  void wollebsNetworksHaveThePublishedSizes() {
    TrainingConfig config =
        TrainingConfig.read(Path.of("configs/wolleb-brats2020.yaml"), List.of());
    var images = config.data().preparation().preprocessing();
    var unet = config.diffusion().network().config(images, config.diffusion().process());
    // Wolleb et al. 2022, section 2: 113,681,160 parameters, the classifier 5,452,962.
    assertEquals(113_681_160, parameters(UNet.shapes(unet)));
    assertEquals(
        5_452_962,
        parameters(NoisyClassifier.shapes(config.classifier().network().config(images))));
    assertEquals(
        CounterfactualSettings.wolleb2022(), config.calibration().detection(), "detection");
  }

  private static long parameters(Map<String, long[]> shapes) {
    return shapes.values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
        .sum();
  }
}
