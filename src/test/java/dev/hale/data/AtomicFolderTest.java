package dev.hale.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFolderTest {
  @TempDir Path parent;

  @Test
  void nothingIsInPlaceBeforeAllOfItIs() throws IOException {
    Path target = parent.resolve("deep/er/scan");
    AtomicFolder.write(
        target,
        folder -> {
          Files.writeString(folder.resolve("a"), "1");
          assertTrue(Files.notExists(target));
          assertEquals(target.getParent(), folder.getParent());
          assertTrue(folder.getFileName().toString().startsWith("."));
        });
    assertEquals(List.of("scan"), names(target.getParent()));
    assertEquals(List.of("a"), names(target));
  }

  @Test
  void aFolderIsReplacedAsAWhole() throws IOException {
    Path target = parent.resolve("scan");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("new"), "2"));
    assertEquals(List.of("new"), names(target));
    assertEquals(List.of("scan"), names(parent));
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path target = parent.resolve("scan");
    AtomicFolder.Content failing =
        folder -> {
          Files.writeString(folder.resolve("half"), "1");
          throw new IOException("disk full");
        };
    DataException error =
        assertThrows(DataException.class, () -> AtomicFolder.write(target, failing));
    assertTrue(error.getMessage().contains("cannot be written"), error.getMessage());
    assertTrue(error.getMessage().contains("disk full"), error.getMessage());
    assertEquals(List.of(), names(parent));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    assertThrows(DataException.class, () -> AtomicFolder.write(target, failing));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFolder.write(
                target,
                folder -> {
                  Files.writeString(folder.resolve("half"), "1");
                  throw new IllegalStateException("a bug");
                }));
    assertEquals(List.of("old"), names(target));
    assertEquals(List.of("scan"), names(parent));
  }

  @Test
  void whatAKilledProcessLeftIsSweptAwayLater() throws IOException {
    Path dead = Files.createDirectory(parent.resolve(".scan.1.partial"));
    Files.writeString(dead.resolve("half"), "1");
    Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Files.createDirectory(parent.resolve(".scan.2.partial"));
    Path other = Files.createDirectory(parent.resolve(".other.1.partial"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    AtomicFolder.write(
        parent.resolve("scan"), folder -> Files.writeString(folder.resolve("a"), "1"));
    assertEquals(List.of(".other.1.partial", ".scan.2.partial", "scan"), names(parent));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
