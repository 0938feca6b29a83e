package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.Version;
import dev.hale.engine.OneDnn;
import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InfoCommandTest {
  @Test
  void jsonNamesVersionsKernelsAndThreads() throws IOException {
    CommandRun run = CommandRun.of("info", "--json");
    assertEquals(0, run.exit(), run.err());
    JsonNode info = new ObjectMapper().readTree(run.out());
    assertEquals(Version.current(), info.get("hale").asText());
    assertTrue(info.get("libTorch").asText().matches("\\d+\\.\\d+\\.\\d+"), run.out());
    assertTrue(info.get("kernels").asText().startsWith("cpu ("), run.out());
    assertEquals(OneDnn.needsWholeBlocks(), info.get("paddedChannels").isInt(), run.out());
    assertTrue(info.get("threads").asInt() >= 1, run.out());
    assertTrue(info.has("cudaDevices"), run.out());
  }

  @Test
  void textSaysTheSame() {
    String text = CommandRun.of("info").out();
    assertTrue(text.contains("\nLibTorch  "), text);
    assertTrue(text.contains("\nhale's kernels        cpu ("), text);
    assertEquals(OneDnn.needsWholeBlocks(), text.contains("\nchannels padded to    32"), text);
  }

  /** {@code hale info} on a folder for native libraries. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.setProperty("org.bytedeco.javacpp.cachedir", arguments[0]);
      Main.main(new String[] {"info"});
    }
  }

  /** {@code hale info} as it is. */
  static final class Plain {
    private Plain() {}

    public static void main(String[] arguments) {
      Main.main(new String[] {"info"});
    }
  }

  @Test
  void anInstructionSetCanBeForced(@TempDir Path temp) throws Exception {
    try (ChildJvm child =
        ChildJvm.start(temp, List.of(), Map.of("HALE_ISA", "baseline"), Plain.class)) {
      assertEquals(0, child.await(), child.err());
      assertTrue(child.out().contains("\nhale's kernels        cpu (baseline)"), child.out());
    }
    try (ChildJvm child = ChildJvm.start(temp, List.of(), Map.of("HALE_ISA", "mmx"), Plain.class)) {
      assertEquals(ExitCode.DEVICE.code(), child.await(), child.err());
      assertTrue(
          child
              .err()
              .strip()
              .matches(
                  "hale: warning: HALE_ISA is mmx; on this processor hale's kernels have"
                      + " baseline(, avx2(, avx512)?)?"),
          child.err());
    }
  }

  @Test
  void aFullDiskIsOneLineThatSaysWhatToDo(@TempDir Path temp) throws Exception {
    Path cache = Files.createDirectory(temp.resolve("cache")).toRealPath();
    List<String> limited = List.of("sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh");
    try (ChildJvm child = ChildJvm.start(temp, limited, Map.of(), Child.class, cache)) {
      assertEquals(ExitCode.DEVICE.code(), child.await(), child.err());
      assertTrue(
          child
              .err()
              .strip()
              .matches(
                  "hale: warning: LibTorch cannot be loaded on .*: native libraries cannot be unpacked to \\Q"
                      + cache
                      + "\\E: .+ \\(\\d+ MB needed, \\d+ MB free\\); make room there, or name"
                      + " another folder with"
                      + " HALE_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER"),
          child.err());
    }
  }
}
