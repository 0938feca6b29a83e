package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {
  @TempDir Path temp;

  @Test
  void aFolderIsForOneRunOfThisProcessAtATime() {
    Path folder = temp.resolve("new/folder");
    try (FolderLock first = FolderLock.of(folder)) {
      refused(folder);
      try (FolderLock elsewhere = FolderLock.of(temp)) {
        refused(temp);
      }
      refused(folder);
    }
    try (FolderLock again = FolderLock.of(folder)) {
      refused(folder);
    }
  }

  @Test
  void aFolderIsForOneProcessAndFreeWhenThatIsKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals('l', other.getInputStream().read());
    refused(temp);
    other.destroyForcibly().waitFor();
    try (FolderLock mine = FolderLock.of(temp)) {
      refused(temp);
    }
  }

  @Test
  void whatIsNoFolderIsRefusedByName() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    DataException e = assertThrows(DataException.class, () -> FolderLock.of(file));
    assertTrue(e.getMessage().startsWith(file + ": cannot be written"), e.getMessage());
  }

  private static void refused(Path folder) {
    DataException e = assertThrows(DataException.class, () -> FolderLock.of(folder));
    assertEquals(
        folder + ": another run works in it; wait for its end, or choose another folder",
        e.getMessage());
  }

  /** Locks a folder until it is killed. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws Exception {
      try (FolderLock lock = FolderLock.of(Path.of(arguments[0]))) {
        System.out.println("locked");
        System.in.read();
      }
    }
  }
}
