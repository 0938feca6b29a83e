package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.engine.OneDnn;
import java.io.IOException;
import org.junit.jupiter.api.Test;

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
}
