package dev.hale.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  enum Shape {
    ROUND,
    VERY_FLAT,
    @JsonProperty("wolleb-2022")
    PUBLISHED
  }

  record Training(
      double lr,
      int microBatch,
      long seed,
      boolean balanced,
      Shape shape,
      List<Double> ema,
      Optional<Path> from) {
    static final Training DEFAULT =
        new Training(1e-3, 4, 1, false, Shape.ROUND, List.of(0.9), Optional.empty());

    Training {
      if (!(lr > 0)) {
        throw new IllegalArgumentException("lr is %s, expected more than 0".formatted(lr));
      }
      if (seed < 0) {
        throw new IllegalArgumentException("the seed is negative");
      }
    }
  }

  record Network(String name, List<Integer> widths) {}

  record Config(Network network, Training training) {}

  private static final String GOOD =
      """
      # a comment
      network:
        name: unet
        widths: [32, 64]

      training:
        lr: 2e-4
        ema:
          - 0.99
          - 0.5
        shape: very_flat
      """;

  @Test
  void aFileBecomesARecordAndDefaultsFillTheRest() {
    Config config = read(GOOD);
    assertEquals(new Network("unet", List.of(32, 64)), config.network());
    assertEquals(
        new Training(2e-4, 4, 1, false, Shape.VERY_FLAT, List.of(0.99, 0.5), Optional.empty()),
        config.training());
  }

  @Test
  void aSectionWithDefaultsMayBeLeftOut() {
    assertEquals(Training.DEFAULT, read("network: {name: a, widths: []}").training());
  }

  @Test
  void mistakesAreReportedWithTheirLine() {
    fails("  lr: 2e-4", "  lr: fast", "c.yaml:7: training.lr: expected a number, got \"fast\"");
    fails("  lr: 2e-4", "  lr: '1'", "c.yaml:7: training.lr: expected a number, got \"1\"");
    fails("  lr: 2e-4", "  lr: .inf", "c.yaml:7: training.lr: expected a number, got \".inf\"");
    fails("  lr: 2e-4", "  lr:", "c.yaml:7: training.lr: expected a number, got nothing");
    fails("  lr: 2e-4", "  lr: [1]", "c.yaml:7: training.lr: expected a number, got a list");
    fails(
        "  lr: 2e-4",
        "  micro_batch: 1.5",
        "c.yaml:7: training.micro_batch: expected a whole number, got \"1.5\"");
    fails(
        "  lr: 2e-4",
        "  micro_batch: 2147483648",
        "c.yaml:7: training.micro_batch: expected a whole number, got \"2147483648\"");
    fails(
        "  lr: 2e-4",
        "  balanced: yes",
        "c.yaml:7: training.balanced: expected true or false, got \"yes\"");
    fails("    - 0.5", "    - x", "c.yaml:10: training.ema[1]: expected a number, got \"x\"");
    fails(
        "shape: very_flat",
        "shape: flat",
        "c.yaml:11: training.shape: expected one of round, very_flat, wolleb-2022, got \"flat\"");
    fails("[32, 64]", "32", "c.yaml:4: network.widths: expected a list such as [a, b], got \"32\"");
    fails("  name: unet\n", "", "c.yaml:2: network: name is missing");
    fails("  name: unet", "  - unet", "c.yaml:4: not valid YAML");
    fails("  name: unet", "  widths: [1]", "c.yaml:4: widths: this key is there twice");
  }

  @Test
  void anUnknownKeySuggestsTheNearest() {
    fails("  lr:", "  lrr:", "c.yaml:7: training.lrr: unknown key, did you mean lr?");
    fails(
        "  lr: 2e-4",
        "  microbatch: 2",
        "c.yaml:7: training.microbatch: unknown key, did you mean micro_batch?");
    fails("training:", "trainin:", "c.yaml:6: trainin: unknown key, did you mean training?");
    fails(
        "  name: unet",
        "  colour: red",
        "c.yaml:3: network.colour: unknown key; known are name, widths");
  }

  @Test
  void whatTheRecordRefusesIsReportedAtTheLineOfTheKeyItNames() {
    fails("  lr: 2e-4", "  lr: 0", "c.yaml:7: training: lr is 0.0, expected more than 0");
    fails("  lr: 2e-4", "  seed: -1", "c.yaml:7: training: the seed is negative");
  }

  @Test
  void overridesGoBeforeTheFileAndAreCheckedAlike() {
    assertEquals(
        new Training(3, 4, 1, false, Shape.PUBLISHED, List.of(0.1, 0.2), Optional.empty()),
        read(
                GOOD,
                "training.lr=7",
                "training.lr=3",
                "training.shape=wolleb-2022",
                "training.ema=[0.1, 0.2]")
            .training());
    failsSet("training.lr=fast", "--set training.lr=fast: expected a number, got \"fast\"");
    failsSet("training.lrr=1", "--set training.lrr=1: unknown key, did you mean lr?");
    failsSet("training.lr=-1", "--set training.lr=-1: lr is -1.0, expected more than 0");
    failsSet("lr", "--set lr: expected key=value, such as diffusion.training.lr=2e-4");
    failsSet("training=", "--set training=: expected a section, got nothing");
    failsSet("training.lr.x=1", "--set training.lr.x=1: expected a number, got a section");
    failsSet("network.widths=[1", "--set network.widths=[1: not valid YAML");
  }

  /** Seventeen lines that would become 64 million values. */
  @Test
  void aliasesOfAliasesAreRefusedBeforeTheyTakeTheMemory() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x,x,x]\n");
    for (int n = 1; n < 17; n++) {
      yaml.append("a%1$d: &a%1$d [*a%2$d,*a%2$d,*a%2$d]\n".formatted(n, n - 1));
    }
    ConfigException e = assertThrows(ConfigException.class, () -> read(yaml.toString()));
    assertTrue(e.getMessage().contains(": more than 100000 values"), e.getMessage());
    assertTrue(e.getMessage().startsWith("c.yaml:"), e.getMessage());
  }

  @Test
  void nestingThatWouldOverflowTheStackIsRefused() {
    String deep = "[".repeat(3000) + "]".repeat(3000);
    ConfigException e =
        assertThrows(ConfigException.class, () -> read("network:\n  widths: " + deep));
    assertMessage("c.yaml:2: values lie more than 100 deep in each other", e);
    String maps = "{a: ".repeat(3000) + "1" + "}".repeat(3000);
    assertThrows(ConfigException.class, () -> read("network: " + maps));
    ConfigException set =
        assertThrows(ConfigException.class, () -> read(GOOD, "network.widths=" + deep));
    assertTrue(set.getMessage().contains("100 deep"), set.getMessage());
  }

  record Brush(int width, String colour) {}

  record Picture(String title, @Inline Brush brush) {
    static final Picture DEFAULT = new Picture("none", new Brush(3, "red"));
  }

  @Test
  void keysOfAnInlineRecordStandAmongTheOuterOnes() {
    Picture picture =
        ConfigFile.parse("title: a\ncolour: blue", "p.yaml", Picture.class, List.of());
    assertEquals(new Picture("a", new Brush(3, "blue")), picture);
    assertEquals("title: a\nwidth: 3\ncolour: blue\n", ConfigFile.toYaml(picture));
    assertMessage(
        "p.yaml:2: colur: unknown key, did you mean colour?",
        assertThrows(
            ConfigException.class,
            () -> ConfigFile.parse("title: a\ncolur: b", "p.yaml", Picture.class, List.of())));
  }

  @Test
  void aMissingOrEmptyFileIsSaidSo(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("none.yaml");
    assertEquals(
        file + ": no such configuration file",
        assertThrows(ConfigException.class, () -> ConfigFile.read(file, Config.class, List.of()))
            .getMessage());
    Files.writeString(file, "# nothing\n");
    assertEquals(
        file + ": the file is empty",
        assertThrows(ConfigException.class, () -> ConfigFile.read(file, Config.class, List.of()))
            .getMessage());
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertEquals(
        file + ": not a text file in UTF-8",
        assertThrows(ConfigException.class, () -> ConfigFile.read(file, Config.class, List.of()))
            .getMessage());
  }

  @Test
  void aFileWrittenIsReadBackEqual(@TempDir Path folder) {
    Path file = folder.resolve("config.yaml");
    Config config = read(GOOD, "training.from=/a b/c");
    ConfigFile.write(file, config);
    assertEquals(config, ConfigFile.read(file, Config.class, List.of()));
    assertEquals(Optional.of(Path.of("/a b/c")), config.training().from());
  }

  @Property(tries = 300)
  void everyRecordIsReadBackEqual(
      @ForAll String name,
      @ForAll List<Integer> widths,
      @ForAll double lr,
      @ForAll int microBatch,
      @ForAll long seed,
      @ForAll boolean balanced,
      @ForAll Shape shape) {
    Config config =
        new Config(
            new Network(name.replaceAll("\\p{Cs}", "?"), widths),
            new Training(
                Math.max(Math.abs(lr), Double.MIN_VALUE),
                microBatch,
                Math.abs(seed / 2),
                balanced,
                shape,
                List.of(lr),
                Optional.empty()));
    assertEquals(config, read(ConfigFile.toYaml(config)));
  }

  @Property(tries = 300)
  void noTextBreaksTheReader(@ForAll String text) {
    try {
      read(text);
    } catch (ConfigException e) {
      assertTrue(e.getMessage().startsWith("c.yaml"), e.getMessage());
    }
  }

  private static Config read(String yaml, String... overrides) {
    return ConfigFile.parse(yaml, "c.yaml", Config.class, List.of(overrides));
  }

  private static void fails(String from, String to, String message) {
    assertTrue(GOOD.contains(from), from);
    String yaml = GOOD.replace(from, to);
    assertMessage(message, assertThrows(ConfigException.class, () -> read(yaml)));
  }

  private static void failsSet(String override, String message) {
    assertMessage(message, assertThrows(ConfigException.class, () -> read(GOOD, override)));
  }

  private static void assertMessage(String start, ConfigException e) {
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
