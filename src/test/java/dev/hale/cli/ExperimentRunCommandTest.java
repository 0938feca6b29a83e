package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods that there are, from training to report, so small that it takes seconds. */
final class ExperimentRunCommandTest {
  @TempDir Path folder;

  @Test
  void anExperimentGoesFromItsFileToItsReport() throws Exception {
    Path config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        """
        data:
          set: unused
          layout: phantom
          pathologies: [healthy, glioma]
          subjects: 4
          image_size: 16
          spacing: 12
          minimum_lesion: 1
          validation: 0.5
        diffusion:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 99, batch: 4, warmup: 2, checkpoint_every: 3}
        classifier:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 4, batch: 4, warmup: 2, checkpoint_every: 2}
        calibration: {noise_level: 400, steps: 2, guidance: 1, slices: 2, smoothing: 1}
        """);
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(
        file,
        """
        name: tiny
        title: Tiny
        config: %s
        methods: [counterfactual, intensity]
        reference: intensity
        test: {phantoms: {pathology: glioma, subjects: 3, healthy: 0, first_seed: 500}}
        seed: 1
        quick: {test_subjects: 1, set: [diffusion.training.steps=4]}
        """
            .formatted(config));
    Path out = folder.resolve("out");
    CommandRun absent = run(file, out, "--device=cuda:99");
    assertEquals(ExitCode.DEVICE.code(), absent.exit());
    assertTrue(absent.err().startsWith("hale: cuda:99 is not available: "), absent.err());
    assertEquals(1, absent.err().lines().count(), absent.err());
    assertFalse(Files.exists(out));
    CommandRun run = run(file, out, "--device=cpu");
    assertEquals(0, run.exit(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals("intensity", result.at("/methods/1/method").asText());
    assertTrue(result.at("/methods/0/metrics").isMissingNode());
    assertTrue(result.at("/methods/0/auroc/value").isNumber(), run.out());
    JsonNode manifest = new ObjectMapper().readTree(out.resolve("manifest.json").toFile());
    assertEquals("cpu", manifest.at("/machine/computed on").asText());
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("Training curves") && page.contains("<svg"));
    Path network = out.resolve("folds/all/diffusion.safetensors");
    FileTime trained = Files.getLastModifiedTime(network);

    CommandRun again = run(file, out);
    assertEquals(0, again.exit(), again.err());
    assertEquals(trained, Files.getLastModifiedTime(network), "it was trained once more");
    assertEquals(result.at("/methods"), new ObjectMapper().readTree(again.out()).at("/methods"));
  }

  private static CommandRun run(Path file, Path out, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("experiment", "run", file.toString(), "--quick", "--json", "--out=" + out));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
