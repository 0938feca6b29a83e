package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrintableTest {
  @Test
  void whatWouldSteerATerminalIsWrittenOut() {
    assertEquals("a\\u001b[31mb\\u0007", Printable.of("a\u001b[31mb\u0007"));
    assertEquals("\\u009b2J \\u202egnp.exe", Printable.of("\u009b2J \u202egnp.exe"));
    assertEquals("two\nlines\tof Müller, 脳", Printable.of("two\nlines\tof Müller, 脳"));
  }

  @Test
  void namesOfFilesReachNoTerminalUnescaped(@TempDir Path folder) throws Exception {
    Path odd = Files.createDirectories(folder.resolve("s\u001b]0;title\u0007"));
    Files.createFile(odd.resolve("FLAIR.nii.gz"));
    for (CommandRun run :
        new CommandRun[] {
          CommandRun.of("detect", "--method", "intensity", "" + odd, "--out", folder + "/out"),
          CommandRun.of("detect", "--model", "" + odd, "" + odd, "--out", folder + "/out"),
          CommandRun.of("--no\u001b[2J"),
        }) {
      assertTrue(run.exit() > 0);
      String printed = run.out() + run.err();
      assertTrue(printed.contains("\\u001b"), printed);
      assertFalse(printed.contains("\u001b") || printed.contains("\u0007"), printed);
    }
  }
}
