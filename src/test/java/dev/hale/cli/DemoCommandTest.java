package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said before minutes of detection, not after them. */
final class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void workersAreOneAtLeast() {
    Path out = folder.resolve("out");
    CommandRun run = CommandRun.of("demo", "--workers=0", "--out=" + out);
    assertEquals(ExitCode.USAGE.code(), run.exit());
    assertTrue(run.err().contains("--workers is 0, must be at least 1"), run.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void whereNothingCanBeWrittenNothingIsDetected() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "1");
    CommandRun run = CommandRun.of("demo", "--out=" + file);
    assertEquals(ExitCode.DATA.code(), run.exit());
    assertTrue(
        run.err().contains(file + ": cannot be made a folder: it is there already"), run.err());
    assertFalse(run.err().contains("Detecting"), run.err());
  }
}
