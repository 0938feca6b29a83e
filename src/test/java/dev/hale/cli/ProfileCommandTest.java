package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ProfileCommandTest {
  @TempDir Path folder;

  @Test
  void theListedTimesAddUpToTheWhole() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1", "T1c", "T2");
    Path trace = folder.resolve("trace.json");
    CommandRun run =
        CommandRun.of(
            "profile", "--json", "--model=" + model, "--trace=" + trace, "--guidance=1", "-q");
    assertEquals(0, run.exit(), run.err());
    JsonNode document = new ObjectMapper().readTree(run.out());
    double sum = 0;
    boolean convolved = false;
    for (JsonNode row : document.get("rows")) {
      sum += row.get("ownNanos").asDouble() / 1e9;
      convolved |= row.get("name").asText().equals("convolution") && row.get("flops").asLong() > 0;
    }
    assertEquals(document.get("seconds").asDouble(), sum, 1e-6);
    assertTrue(convolved);
    JsonNode events = new ObjectMapper().readTree(trace.toFile()).get("traceEvents");
    assertTrue(events.size() > 10);
    assertEquals("X", events.get(0).get("ph").asText());
  }
}
