package dev.hale.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder on this machine's disk that is there for the length of a task.
 *
 * @param path of it
 */
record LocalFolder(Path path) implements AutoCloseable {
  /** A fresh, empty one. */
  static LocalFolder create() throws IOException {
    return new LocalFolder(Files.createTempDirectory("hale-task"));
  }

  @Override
  public void close() {
    delete(path);
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
