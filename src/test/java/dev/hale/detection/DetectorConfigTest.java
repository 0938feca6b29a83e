package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.CounterfactualSettings.Chain;
import dev.hale.detection.method.Difference;
import dev.hale.detection.method.Methods;
import dev.hale.detection.method.SegmenterSettings;
import dev.hale.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DetectorConfigTest {
  private static final CounterfactualSettings SETTINGS =
      new CounterfactualSettings(
          Chain.WOLLEB_2022,
          400,
          40,
          "",
          0,
          12.5,
          3,
          1,
          Difference.BRIGHTER,
          1.5,
          ThresholdRule.HEALTHY);

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    CounterfactualSettings few = SETTINGS.withChain(Chain.ALIGNED).withCalls(12);
    for (CounterfactualSettings settings : List.of(SETTINGS, few)) {
      for (Double threshold : new Double[] {0.25, null}) {
        DetectorConfig config =
            new DetectorConfig(
                Methods.named("counterfactual"), settings, 99.5, threshold, threshold);
        config.write(folder);
        assertEquals(config, DetectorConfig.read(folder));
        DetectorConfig spots =
            new DetectorConfig(
                config.method(), settings, 99.5, threshold, threshold, Double.valueOf(3));
        spots.write(folder);
        assertEquals(spots, DetectorConfig.read(folder));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void oneHalfIsAThresholdOfProbabilitiesAlone() {
    SegmenterSettings settings = new SegmenterSettings(0, ThresholdRule.HALF, null);
    DetectorConfig config =
        DetectorConfig.unmeasured(Methods.named("combined-segmenter"), settings, 99);
    assertEquals(0.5, config.threshold());
    assertEquals(0, config.spotAreaOrZero());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DetectorConfig.unmeasured(
                    Methods.named("counterfactual"),
                    SETTINGS.withThreshold(ThresholdRule.HALF),
                    99));
    assertEquals(
        "the map of counterfactual is no probability, so half is no threshold of it; choose"
            + " another",
        e.getMessage());
  }

  @Test
  void theFileIsReadableByPeople() throws IOException {
    new DetectorConfig(Methods.named("counterfactual"), SETTINGS, 99.5, 0.25, null).write(folder);
    String text = Files.readString(folder.resolve("detector.json"));
    for (String line :
        new String[] {
          "\"chain\" : \"wolleb-2022\"",
          "\"noise_level\" : 400",
          "\"difference\" : \"brighter\"",
          "\"threshold\" : \"healthy\"",
          "\"healthy_threshold\" : 0.25"
        }) {
      assertTrue(text.contains(line), text);
    }
  }

  @Test
  void whatIsWrongIsSaidInOneLine() throws IOException {
    assertError("is not a model folder: it has no detector.json", null);
    assertError("Unexpected end-of-input", "{\"method\": \"counterfactual\",");
    assertError("detector.json: unknown method magic", json("\"magic\"", "aligned", 10));
    assertError("detector.json: it has no settings", "{\"method\": \"counterfactual\"}");
    assertError("not one of the values accepted", json("\"counterfactual\"", "sideways", 10));
    assertError(
        "detector.json: steps must lie in 1 … noise level: steps 900, noise level 300",
        json("\"counterfactual\"", "aligned", 900));
    assertError(
        "Unrecognized field \"colour\"", json("\"counterfactual\", \"colour\": 1", "aligned", 10));
    String sound = json("\"counterfactual\"", "aligned", 10);
    assertError("detector.json: its settings have no threshold", sound.replace("\"otsu\"", "null"));
    assertError("counterfactual needs chain and difference", sound.replace("\"absolute\"", "null"));
    assertError("counterfactual needs chain and difference", sound.replace("\"aligned\"", "null"));
    assertError("detector.json: it says null", "null");
  }

  private static String json(String method, String chain, int steps) {
    return """
        {"method": %s, "healthy_percentile": 99, "healthy_threshold": null,
         "settings": {"chain": "%s", "noise_level": 300, "steps": %d, "guidance": 30,
         "encoding_label": 0, "difference": "absolute", "smoothing": 1, "threshold": "otsu"}}
        """
        .formatted(method, chain, steps);
  }

  private void assertError(String expected, String content) throws IOException {
    if (content != null) {
      Files.writeString(folder.resolve("detector.json"), content);
    }
    CheckpointException error =
        assertThrows(CheckpointException.class, () -> DetectorConfig.read(folder));
    assertTrue(error.getMessage().contains(expected), error.getMessage());
    assertTrue(error.getMessage().contains(folder.toString()), error.getMessage());
    assertFalse(error.getMessage().contains("healthy_percentile\": 99"), "it quotes the file");
  }
}
