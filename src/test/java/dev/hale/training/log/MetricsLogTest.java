package dev.hale.training.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  @Test
  void everyLineIsOnDiskAtOnce() throws Exception {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.write(new MetricsLine(1, Map.of("loss", 0.5)));
      assertEquals("{\"step\":1,\"loss\":0.5}\n", Files.readString(file));
      log.write(new MetricsLine(2, Map.of("loss", Double.NaN)));
      assertEquals(
          "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":null}\n", Files.readString(file));
    }
    assertEquals(
        List.of(
            new MetricsLine(1, Map.of("loss", 0.5)),
            new MetricsLine(2, Map.of("loss", Double.NaN))),
        MetricsLog.read(file));
  }

  @Test
  void resumingCutsOffWhatCameAfterTheCheckpoint() throws Exception {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      for (int step = 1; step <= 5; step++) {
        log.write(new MetricsLine(step, Map.of("loss", (double) step)));
      }
    }
    Files.writeString(file, "{\"step\":6,\"lo", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.open(file, 3)) {
      log.write(new MetricsLine(4, Map.of("loss", 40.0)));
    }
    assertEquals(
        List.of(1.0, 2.0, 3.0, 40.0),
        MetricsLog.read(file).stream().map(line -> line.values().get("loss")).toList());
  }

  @Test
  void aNewTrainingStartsWithAnEmptyLog() {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.write(new MetricsLine(1, Map.of()));
    }
    MetricsLog.open(file, 0).close();
    assertEquals(List.of(), MetricsLog.read(file));
  }

  @Test
  void aMissingFolderIsSaidInOneLine() {
    Path file = folder.resolve("none/metrics.jsonl");
    DataException e = assertThrows(DataException.class, () -> MetricsLog.open(file, 0));
    assertTrue(e.getMessage().startsWith(file + ": cannot be written"), e.getMessage());
  }
}
