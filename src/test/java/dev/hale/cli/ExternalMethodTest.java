package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.app.TinyConfig;
import dev.hale.app.train.network.NetworkKind;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.diffusion.Sampler;
import dev.hale.io.Npy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A method of somebody else's and its network, in a jar on the class path, are like hale's. */
@Tag("slow")
final class ExternalMethodTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path jar;
  private static Path config;

  @BeforeAll
  static void compile() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("src/external"));
    List<String> written = new ArrayList<>();
    for (String name : List.of("SoftenedMethod", "SoftCritic", "EulerSampler")) {
      Path source = sources.resolve(name + ".java");
      try (InputStream text =
          ExternalMethodTest.class.getResourceAsStream("/external/%s.java.txt".formatted(name))) {
        Files.copy(text, source);
      }
      written.add(source.toString());
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<String> options =
        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(written);
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new)));
    jar = folder.resolve("softened.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        packed.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, packed);
      }
      name(packed, DetectionMethod.class, "external.SoftenedMethod");
      name(packed, NetworkKind.class, "external.SoftCritic");
      name(packed, Sampler.class, "external.EulerSampler");
    }
    config = folder.resolve("tiny.yaml");
    Files.writeString(
        config,
        TinyConfig.data(folder.resolve("set"), 4, "0.5")
            + """
        diffusion:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 1, batch: 4}
        classifier:
          network: {channel_mult: [1, 1], attention_resolutions: []}
          training: {steps: 1, batch: 4}
        networks:
          soft-critic:
            network: {filters: [4], instance_norm: false}
            training: {steps: 3, batch: 4, warmup: 1, checkpoint_every: 2}
        calibration:
          slices: 2
          methods: {softened: {power: 0.25}}
        """);
  }

  private static void name(JarOutputStream jar, Class<?> service, String provider)
      throws IOException {
    jar.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
    jar.write(provider.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void itIsTrainedCalibratedComparedAndDetectsLikeAnyOther() throws Exception {
    Path out = folder.resolve("experiment");
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(
        file,
        """
        name: external
        title: External
        config: %s
        methods: [softened, intensity]
        reference: intensity
        test: {phantoms: {pathology: glioma, subjects: 2, healthy: 0, first_seed: 500}}
        seed: 1
        quick: {test_subjects: 1}
        """
            .formatted(config));
    JsonNode compared =
        json("experiment", "run", file.toString(), "--out", out.toString(), "--json", "--quiet");
    assertEquals("softened", compared.at("/methods/0/method").asText());
    assertTrue(compared.at("/methods/0/auroc/value").isNumber());

    Path model = out.resolve("folds/all");
    Path again = folder.resolve("again");
    json(
        "train",
        "soft-critic",
        config.toString(),
        "--out",
        again.toString(),
        "--set=steps=2",
        "--set=networks.soft-critic.initial=" + model.resolve("soft-critic.safetensors"),
        "--json",
        "--quiet");
    assertTrue(Files.exists(again.resolve("soft-critic.safetensors")));
    JsonNode measured =
        json(
            "calibrate",
            config.toString(),
            "--method=softened",
            "--model",
            model.toString(),
            "--json",
            "--quiet");
    assertEquals("softened", measured.at("/method").asText());
    JsonNode stored = JSON.readTree(model.resolve("detector-softened.json").toFile());
    assertEquals(0.25, stored.at("/settings/power").asDouble());
    assertTrue(stored.at("/settings/mean").asDouble() > 0);

    Path scan = folder.resolve("scan");
    CommandRun made =
        CommandRun.of(
            "phantom", "--pathology=glioma", "--subjects=1", "--seed=500", "--out=" + scan);
    assertEquals(0, made.exit(), made.err());
    Path found = folder.resolve("found");
    json(
        "detect",
        scan.toString(),
        "--method=softened",
        "--model",
        model.toString(),
        "--out",
        found.toString(),
        "--json",
        "--quiet");
    try (Stream<Path> files = Files.walk(found)) {
      Path document =
          files.filter(path -> path.endsWith("detection.json")).findFirst().orElseThrow();
      JsonNode provenance = JSON.readTree(document.toFile()).at("/provenance");
      assertEquals("softened", provenance.at("/method").asText());
      assertEquals("0.25", provenance.at("/power").asText());
    }
  }

  @Test
  void itsSamplerFollowsTheChainAsHalesOwnDo() throws Exception {
    Path model = TinyModel.write(folder.resolve("tiny"), "FLAIR", "T1", "T1c", "T2");
    Path scan = folder.resolve("sampled");
    CommandRun made =
        CommandRun.of(
            "phantom", "--pathology=glioma", "--subjects=1", "--seed=501", "--out=" + scan);
    assertEquals(0, made.exit(), made.err());
    Path subject = scan.resolve("glioma-501");
    List<float[]> images = new ArrayList<>();
    for (String sampler : List.of("ddim", "euler")) {
      Path out = folder.resolve(sampler + ".npy");
      json(
          "sample",
          "--model=" + model,
          "--between-scans",
          subject.toString(),
          subject.toString(),
          "--count=2",
          "--steps=20",
          "--sampler=" + sampler,
          "--out=" + out,
          "--json",
          "--quiet");
      images.add(Npy.read(out).floats());
    }
    float highest = 0;
    for (float value : images.get(0)) {
      highest = Math.max(highest, Math.abs(value));
    }
    assertArrayEquals(images.get(0), images.get(1), 1e-4f * highest);
    Path config = folder.resolve("sampler.yaml");
    Files.writeString(config, Files.readString(ExternalMethodTest.config) + "  sampler: euler\n");
    CommandRun unknown = CommandRun.of("calibrate", config.toString(), "--model=" + model);
    assertEquals(ExitCode.DATA.code(), unknown.exit());
    assertTrue(unknown.err().contains("unknown sampler euler; there are ddim"), unknown.err());
  }

  @Test
  void withoutItsJarItsNameIsUnknown() {
    CommandRun run = CommandRun.of("calibrate", config.toString(), "--model", folder.toString());
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertTrue(
        run.err().contains("calibration.methods.softened: unknown method softened; there are"),
        run.err());
  }

  /** What a run prints in a process that has the jar. */
  private static JsonNode json(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path") + java.io.File.pathSeparator + jar);
    command.add("dev.hale.cli.Main");
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    JsonNode printed = JSON.readTree(process.getInputStream());
    assertEquals(0, process.waitFor(), Files.readString(errors));
    return printed;
  }
}
