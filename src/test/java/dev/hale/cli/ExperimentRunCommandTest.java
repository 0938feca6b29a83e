package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.app.TinyConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods that there are, from training to report, so small that it takes seconds. */
@Tag("slow")
final class ExperimentRunCommandTest {
  /** The sections of a training that all of these experiments share; diffusion is cut short. */
  private static final String TINY = TinyConfig.of(Path.of("unused"), 4, "0.5", 99);

  @TempDir Path folder;

  @Test
  void anExperimentGoesFromItsFileToItsReport() throws Exception {
    Path config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TINY
            + """
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

  @Test
  void everySeedHasItsOwnCriticAndTheirSpreadIsReported() throws Exception {
    Path config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TINY
            + """
        critic:
          network: {filters: [4], instance_norm: false}
          training: {steps: 3, batch: 4, warmup: 1, checkpoint_every: 2}
        """);
    Path file = folder.resolve("seeds.yaml");
    Files.writeString(
        file,
        """
        name: seeds
        title: Seeds
        config: %s
        methods: [attribution, intensity]
        reference: intensity
        test: {phantoms: {pathology: glioma, subjects: 2, healthy: 0, first_seed: 500}}
        seed: 1
        seeds: [2, 3]
        quick: {test_subjects: 2}
        """
            .formatted(config));
    Path out = folder.resolve("seeded");
    CommandRun run = run(file, out);
    assertEquals(0, run.exit(), run.err());
    JsonNode auprc = new ObjectMapper().readTree(run.out()).at("/methods/0/auprc");
    assertEquals(2, auprc.get("bySeed").size(), run.out());
    assertTrue(auprc.get("spread").asDouble() > 0, "two critics alike");
    byte[] one = Files.readAllBytes(out.resolve("folds/all/seed-2/critic.safetensors"));
    byte[] other = Files.readAllBytes(out.resolve("folds/all/seed-3/critic.safetensors"));
    assertFalse(Arrays.equals(one, other), "another seed, another start");
    assertFalse(Files.exists(out.resolve("folds/all/seed-2/data")), "data are shared");
    assertTrue(Files.exists(out.resolve("results/all/seed-3/attribution")));
    assertFalse(Files.exists(out.resolve("results/all/seed-3/intensity")));
    String table = Files.readString(out.resolve("results.md"));
    assertTrue(table.contains(" ± ") && table.contains("trained 2 times"), table);
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("critic, all/seed-3"), "its training's curve");
    CommandRun again = run(file, out);
    assertEquals(run.out(), again.out());
    CommandRun variant = run(file, out, "--set=critic.training.steps=4");
    assertEquals(ExitCode.DATA.code(), variant.exit(), variant.err());
    assertTrue(variant.err().contains("there \"steps: 3\", now \"steps: 4\""), variant.err());
    CommandRun nowhere =
        CommandRun.of("experiment", "run", file.toString(), "--set=critic.training.steps=4");
    assertTrue(nowhere.err().contains("wants a folder of its own: --out DIR"), nowhere.err());
  }

  private static CommandRun run(Path file, Path out, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("experiment", "run", file.toString(), "--quick", "--json", "--out=" + out));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
