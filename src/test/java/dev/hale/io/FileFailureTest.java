package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FileFailureTest {
  @TempDir Path folder;

  @Test
  void theReasonIsSaidAndNotTheNameOnceMore() throws IOException {
    Path file = Files.writeString(folder.resolve("scan"), "1");
    Path absent = folder.resolve("absent");
    assertEquals("no such file or directory", reason(() -> Files.readString(absent)));
    assertEquals("it is not a folder", reason(() -> Files.list(file)));
    assertEquals("it is there already", reason(() -> Files.createFile(file)));
    assertEquals("the folder is not empty", reason(() -> Files.delete(folder)));
    assertEquals("Is a directory", reason(() -> Files.readString(folder)));
  }

  @Test
  void whatSaysNothingIsNamedByItsKind() {
    assertEquals("IOException", FileFailure.reason(new IOException()));
    assertEquals(
        "scan: cannot be read: it ends",
        FileFailure.unreadable("scan", new IOException("it ends")).getMessage());
  }

  private static String reason(Executable act) {
    return FileFailure.reason(assertThrows(IOException.class, act));
  }
}
