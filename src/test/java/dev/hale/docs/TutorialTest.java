package dev.hale.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.app.experiment.ExperimentConfig;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.io.Nifti;
import dev.hale.io.ScanReader;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNetConfig;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages tell a reader to type in works. */
final class TutorialTest {
  @TempDir Path folder;

  @Test
  void theEmbeddingCompilesAndFindsWhatItSays() throws Exception {
    Scan scan = modelAndSubject();
    String line = run(Path.of("docs/tutorial/embed.md"), "FindLesions", "model", "subject");
    assertTrue(line.matches("subject: score \\d\\.\\d{3}\\R"), line);
    Path mask = folder.resolve("subject/found.nii.gz");
    assertEquals(
        scan.grid().size(), ScanReader.readMask(mask, scan.grid(), "scan").voxels().length);
  }

  @Test
  void theServiceCompilesEndsInTimeAndWritesResults() throws Exception {
    modelAndSubject();
    Path page = Path.of("docs/howto/embed-in-a-service.md");
    Path out = folder.resolve("out");
    String late = run(page, "DetectInTime", "model", "subject", "out", "PT0S");
    assertTrue(late.matches("the detection was ended: \\d of \\d+ slices in time\\R"), late);
    assertFalse(Files.exists(out), "nothing is written of what was not done");
    String line = run(page, "DetectInTime", "model", "subject", "out", "PT10M");
    assertTrue(line.matches("subject: \\d+ lesions\\R"), line);
    DetectionRecord record = DetectionRecord.read(out.resolve("subject"));
    assertEquals("subject", record.name());
    assertEquals(List.of(), record.damage(out.resolve("subject")));
  }

  /** In the test's folder, with a scan of the model's channels. */
  private Scan modelAndSubject() throws IOException {
    Engine.setThreads(1);
    TinyModel.write(folder.resolve("model"), "FLAIR", "T1");
    Path subject = Files.createDirectories(folder.resolve("subject"));
    Scan scan = Phantom.subject(Pathology.GLIOMA, 50, new PhantomOptions(32, 32, 3, 6, 10)).scan();
    for (String channel : List.of("FLAIR", "T1")) {
      Nifti.writeMap(
          subject.resolve(channel + ".nii.gz"),
          scan.grid(),
          scan.channel(scan.channels().indexOf(channel)));
    }
    return scan;
  }

  /**
   * What a page's program prints.
   *
   * @param arguments paths in the test's folder, or durations, which begin with P
   */
  private String run(Path page, String program, String... arguments) throws Exception {
    Path source = folder.resolve(program + ".java");
    Files.writeString(source, only(CodeBlocks.of(page, "java")));
    String classPath = System.getProperty("java.class.path");
    String[] options = {"-Xlint:all,-path", "-Werror", "-cp", classPath, source.toString()};
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, options));
    String[] given =
        Stream.of(arguments)
            .map(text -> text.startsWith("P") ? text : folder.resolve(text).toString())
            .toArray(String[]::new);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object) given);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theConfigurationOfTheTutorialIsOne() throws IOException {
    Path file = folder.resolve("mine.yaml");
    Path page = Path.of("docs/tutorial/train-on-your-own-scans.md");
    Files.writeString(file, only(CodeBlocks.of(page, "yaml")));
    TrainingConfig config = TrainingConfig.read(file, List.of());
    assertEquals(List.of("FLAIR", "T1"), config.images().channels());
    assertEquals(0.1, config.requireCritic().constraint().weight());
  }

  @Test
  void theExperimentOfTheHowToIsOne() throws IOException {
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(file, only(CodeBlocks.of(Path.of("docs/howto/compare-methods.md"), "yaml")));
    assertEquals("phantom-ms", ExperimentConfig.read(file).name());
  }

  @Test
  void theDescriptionOfAnImportedNetworkIsOne() throws IOException {
    String json = only(CodeBlocks.of(Path.of("docs/howto/import-checkpoints.md"), "json"));
    JsonNode described = new ObjectMapper().readTree(json);
    try (NetworkFile file = new NetworkFile(described, Parameters.of(Map.of()), Path.of("x"))) {
      assertEquals("unet", described.path("architecture").asText());
      UNetConfig network = file.section("network", UNetConfig.class);
      assertTrue(network.learnSigma());
      assertEquals(256, network.backbone().imageSize());
      assertEquals(
          Variance.LEARNED_RANGE, file.section("diffusion", DiffusionSettings.class).variance());
      assertEquals(256, file.section("preprocessing", Preprocessing.class).imageSize());
    }
  }

  private static String only(List<String> blocks) {
    assertEquals(1, blocks.size(), blocks.toString());
    return blocks.get(0);
  }
}
