package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.TinyModel;
import dev.hale.app.detect.Scaling;
import dev.hale.engine.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ProfileCommandTest {
  @TempDir Path folder;

  @Test
  void theListedTimesAddUpToTheWhole() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1", "T1c", "T2");
    Path trace = folder.resolve("trace.json");
    int before = Engine.threads();
    CommandRun run =
        CommandRun.of(
            "profile",
            "--json",
            "--model=" + model,
            "--trace=" + trace,
            "--guidance=1",
            "--threads=2",
            "-q");
    Engine.setThreads(before);
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

  @Test
  void scalingTriesThreadsOfOneWorkerAndThenWorkersOfOneThread() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1", "T1c", "T2");
    int before = Engine.threads();
    CommandRun run =
        CommandRun.of(
            "profile", "--scaling", "--json", "--model=" + model, "--threads=3", "--batch=2", "-q");
    assertEquals(0, run.exit(), run.err());
    assertEquals(3, Engine.threads(), "as --threads asks");
    Engine.setThreads(before);
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertEquals(2, document.get("batchSize").asInt());
    List<String> loads = new ArrayList<>();
    double alone = document.at("/rows/0/slicesPerSecond").asDouble();
    long peak = 0;
    for (JsonNode row : document.get("rows")) {
      int workers = row.get("workers").asInt();
      int threads = row.get("threads").asInt();
      loads.add(workers + "x" + threads);
      double ratio = row.get("ratio").asDouble();
      assertEquals(row.get("slicesPerSecond").asDouble() / alone, ratio, 1e-9);
      assertEquals(ratio / (workers * threads), row.get("efficiency").asDouble(), 1e-9);
      if (OS.LINUX.isCurrentOs()) {
        assertTrue(row.get("peakBytes").asLong() >= Math.max(peak, 1 << 20));
        peak = row.get("peakBytes").asLong();
      }
    }
    assertEquals(List.of("1x1", "1x2", "1x3", "2x1", "3x1"), loads);
  }

  @Test
  void scalingPrintsALineForEach() {
    List<Scaling.Row> rows =
        List.of(
            new Scaling.Row(1, 1, 0.5, 1, 1, 600L << 20),
            new Scaling.Row(16, 1, 6, 12, 0.75, null));
    assertEquals(
        """
        workers  threads each  slices/s  ratio  efficiency  peak memory
              1             1      0.50   1.00       100 %      600 MiB
             16             1      6.00  12.00        75 %            -
        4 slices at a time""",
        new ScalingReport(4, rows).text());
  }

  @Test
  void scalingRefusesWhatItCannotHeed() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1", "T1c", "T2");
    assertRefused(model, "--trace is not for --scaling", "--trace=" + folder.resolve("t.json"));
    assertRefused(model, "--workers is not for profile", "--workers=2");
    assertRefused(model, "leave out --device cuda:1", "--device=cuda:1");
    assertRefused(model, "methods with networks; intensity has none", "--method=intensity");
  }

  private static void assertRefused(Path model, String why, String option) {
    CommandRun run = CommandRun.of("profile", "--scaling", "--model=" + model, option);
    assertEquals(ExitCode.USAGE.code(), run.exit(), run.err());
    assertTrue(run.err().contains(why), run.err());
  }
}
