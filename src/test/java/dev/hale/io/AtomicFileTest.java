package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("map"), "old");
    DataException error =
        assertThrows(
            DataException.class,
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("the cable");
                    }));
    assertEquals(file + ": cannot be written: the cable", error.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("map"), names());
  }

  @Test
  void aFileIsReplacedAsAWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("map"), "old and long");
    write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("map"), names());
  }

  @Test
  void whatAKilledProcessLeftIsSweptAwayByTheNextThatWritesTheFile() throws Exception {
    Path file = folder.resolve("map");
    try (WriterProcess other = WriterProcess.ofFile(file)) {
      other.awaitHalf();
    } // kills it
    assertEquals(2, names().size(), names().toString());
    write(folder.resolve("other"), "1");
    assertEquals(3, names().size(), "not its business: " + names());
    write(file, "whole");
    assertEquals(List.of("map", "other"), names());
  }

  @Test
  void whatAnotherLiveProcessWritesStays() throws Exception {
    Path file = folder.resolve("map");
    try (WriterProcess other = WriterProcess.ofFile(file)) {
      other.awaitHalf();
      write(file, "mine");
      assertEquals(3, names().size(), names().toString()); // half, its lock, mine
      other.goOn();
    }
    assertEquals(List.of("map"), names());
    assertEquals("half, rest", Files.readString(file));
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
