package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs Python with nibabel, the reference reader; skips the test where there is none. */
public final class Nibabel {
  private static final String PYTHON = "/usr/bin/python3";

  private Nibabel() {}

  public static void run(Path folder, String script, String... arguments)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
    assumeTrue(start(folder, "import nibabel") == 0, "no nibabel");
    int status = start(folder, script, arguments);
    assertEquals(0, status, () -> output(folder));
  }

  private static int start(Path folder, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON, "-c", script));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("python.txt").toFile())
        .start()
        .waitFor();
  }

  private static String output(Path folder) {
    try {
      return Files.readString(folder.resolve("python.txt"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
