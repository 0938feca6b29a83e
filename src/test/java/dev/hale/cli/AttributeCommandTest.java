package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.io.Nifti;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
final class AttributeCommandTest {
  @TempDir static Path shared;
  private static Path critic;
  private static Path study;

  @TempDir Path temporary;

  @BeforeAll
  static void write() throws IOException {
    critic = TinyModel.writeCritic(shared.resolve("model"), "FLAIR", "T1");
    study = shared.resolve("study");
    CommandRun.of("phantom", "--pathology=ms", "--subjects=2", "--out", study.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gradient",
        "gradient-x-input",
        "integrated-gradients",
        "expected-gradients",
        "smoothgrad"
      })
  void everyMethodMapsOntoTheScansOwnGrid(String method) throws Exception {
    List<String> options = new ArrayList<>(List.of("--json", "--method=" + method));
    if (!method.startsWith("gradient")) {
      options.add("--steps=3");
    }
    CommandRun run = attribute(critic, study, options.toArray(new String[0]));
    assertEquals(0, run.exit(), run.err());
    JsonNode records = new ObjectMapper().readTree(run.out());
    assertEquals(2, records.size());
    JsonNode record = records.get(0);
    assertEquals(record.get("slices").size(), record.get("probabilities").size());
    assertEquals(method, record.get("provenance").get("method").asText());
    Path folder = Path.of(record.get("folder").asText());
    Scan map = Nifti.read(folder.resolve("attribution.nii.gz"));
    Scan scan = Nifti.read(study.resolve(record.get("name").asText()).resolve("FLAIR.nii.gz"));
    assertEquals(scan.grid(), map.grid());
    boolean up = false;
    boolean down = false;
    for (float value : map.voxels()) {
      up |= value > 0;
      down |= value < 0;
    }
    assertTrue(up && down, "it has a sign");
    assertTrue(Files.exists(folder.resolve("attribution.json")));
  }

  @Test
  void placesAreAttributedInTheLogitsPlace() throws Exception {
    CommandRun run = attribute(critic, study, "--json", "--score=places");
    assertEquals(0, run.exit(), run.err());
    JsonNode record = new ObjectMapper().readTree(run.out()).get(0);
    assertEquals("places", record.get("provenance").get("score").asText());
  }

  @Test
  void theSameSeedDrawsTheSame() throws Exception {
    byte[][] maps = new byte[2][];
    for (int i = 0; i < 2; i++) {
      CommandRun run =
          attribute(critic, study, "--method=smoothgrad", "--steps=2", "--seed=5", "--overwrite");
      assertEquals(0, run.exit(), run.err());
      assertTrue(run.out().startsWith("scan "), run.out());
      try (var folders = Files.list(temporary.resolve("out"))) {
        Path folder = folders.sorted().findFirst().orElseThrow();
        maps[i] = Files.readAllBytes(folder.resolve("attribution.nii.gz"));
      }
    }
    assertArrayEquals(maps[0], maps[1]);
  }

  @Test
  void whatIsOddAboutAScanIsSaidAndKept() throws Exception {
    Path odd = Files.createDirectories(temporary.resolve("odd/p"));
    Scan scan = Phantom.subject(Pathology.MS, 1).scan();
    int middle = scan.grid().index(scan.grid().nx() / 2, scan.grid().ny() / 2, 10);
    for (String channel : List.of("FLAIR", "T1")) {
      float[] voxels = scan.channel(scan.channels().indexOf(channel));
      voxels[middle] = channel.equals("T1") ? Float.NaN : voxels[middle];
      Nifti.writeMap(odd.resolve(channel + ".nii.gz"), scan.grid(), voxels);
    }
    CommandRun run = attribute(critic, odd.getParent(), "--json");
    assertEquals(0, run.exit(), run.err());
    String warning = new ObjectMapper().readTree(run.out()).get(0).get("warnings").toString();
    assertTrue(warning.contains("channel T1: voxels of the brain without a number: 1"), warning);
  }

  @Test
  void mistakesAreOneLineAndHaveTheirExitCodes() throws Exception {
    assertFails(ExitCode.USAGE, "--steps is for methods", attribute(critic, study, "--steps=4"));
    assertFails(
        ExitCode.USAGE, "--references is for", attribute(critic, study, "--references=set"));
    assertFails(ExitCode.USAGE, "batch 0", attribute(critic, study, "--batch=0"));
    assertFails(ExitCode.USAGE, "invalid value", attribute(critic, study, "--method=magic"));
    assertFails(ExitCode.USAGE, "invalid value", attribute(critic, study, "--score=magic"));
    assertFails(ExitCode.MODEL, "critic.safetensors", attribute(shared, study));
    Path model = TinyModel.write(temporary.resolve("model"), "FLAIR");
    assertFails(
        ExitCode.MODEL,
        "expected a critic, the file holds unet",
        attribute(model.resolve("diffusion.safetensors"), study));
    assertFails(ExitCode.DATA, "no such file", attribute(critic, temporary.resolve("nowhere")));
    assertFails(
        ExitCode.DATA,
        "is not a prepared set",
        attribute(critic, study, "--method=expected-gradients", "--references=" + study));
    assertFalse(Files.exists(temporary.resolve("out")));
  }

  @Test
  void aFolderThatIsThereIsKeptAndTheOthersAreDone() throws Exception {
    assertEquals(0, attribute(critic, study).exit());
    CommandRun again = attribute(critic, study);
    assertEquals(ExitCode.DATA.code(), again.exit());
    assertTrue(again.err().contains("--overwrite replaces it"), again.err());
    try (var folders = Files.list(temporary.resolve("out"))) {
      Path folder = folders.sorted().findFirst().orElseThrow();
      Files.delete(folder.resolve("attribution.json"));
    }
    CommandRun partial = attribute(critic, study, "--overwrite");
    assertEquals(ExitCode.PARTIAL.code(), partial.exit());
    assertTrue(partial.err().contains("is no attribution; write elsewhere"), partial.err());
  }

  private static void assertFails(ExitCode exit, String message, CommandRun run) {
    assertTrue(run.err().startsWith("hale: "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals(exit.code(), run.exit());
  }

  private CommandRun attribute(Path model, Path input, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "attribute",
                "--model=" + model,
                "--out=" + temporary.resolve("out"),
                input.toString()));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
