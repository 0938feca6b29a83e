package dev.hale.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of its own that has to succeed. */
final class Command {
  private Command() {}

  /** Runs it in this test's folder and answers with what it printed. */
  static String run(Path scratch, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "command", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(240, TimeUnit.SECONDS);
      String printed = Files.readString(out, UTF_8);
      assertTrue(ended, "still running: " + printed);
      assertEquals(0, process.exitValue(), String.join(" ", command) + "\n" + printed);
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
