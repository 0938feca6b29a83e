package dev.hale.io;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The temporary, hidden name beside its target under which a file or folder is written. What a
 * killed process left behind is swept away by the next one that writes the same target; what a live
 * one is writing, however long it may pause, never ({@link WriterLock}).
 */
final class Partial implements AutoCloseable {
  private static final String PARTIAL = ".partial";
  private static final String REPLACED = ".old" + PARTIAL;
  private static final String LOCK = ".lock";

  /** Of early builds, which did not lock. */
  private static final Duration SURELY_DEAD = Duration.ofHours(1);

  private final Path path;
  private final Path replaced;
  private final WriterLock alive;

  private Partial(Path path, Path replaced, WriterLock alive) {
    this.path = path;
    this.replaced = replaced;
    this.alive = alive;
  }

  /**
   * A name that nothing has yet.
   *
   * @param target absolute, in a folder that is there
   */
  static Partial of(Path target) throws IOException {
    Path parent = target.getParent();
    String hidden = "." + target.getFileName() + ".";
    sweep(parent, hidden);
    String name = hidden + UUID.randomUUID();
    return new Partial(
        parent.resolve(name + PARTIAL),
        parent.resolve(name + REPLACED),
        WriterLock.of(parent.resolve(name + LOCK)));
  }

  /** Where it is written, to be moved to the target when it is whole. */
  Path path() {
    return path;
  }

  /** Where an older one steps aside. */
  Path replaced() {
    return replaced;
  }

  /** Deletes what was not moved to the target. */
  @Override
  public void close() throws IOException {
    try (alive) {
      delete(path);
    }
  }

  private static void sweep(Path parent, String hidden) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> entries = Files.list(parent)) {
      leftovers =
          entries.filter(entry -> entry.getFileName().toString().startsWith(hidden)).toList();
    }
    FileTime limit = FileTime.from(Instant.now().minus(SURELY_DEAD));
    for (Path leftover : leftovers) {
      String name = leftover.getFileName().toString();
      if (name.endsWith(LOCK)) {
        String writer = without(name, LOCK);
        WriterLock.ifDead(
            leftover,
            () -> {
              delete(parent.resolve(writer + PARTIAL));
              delete(parent.resolve(writer + REPLACED));
            });
      } else if (name.endsWith(PARTIAL)) {
        String writer = without(name, name.endsWith(REPLACED) ? REPLACED : PARTIAL);
        if (!Files.exists(parent.resolve(writer + LOCK)) && isOlder(leftover, limit)) {
          delete(leftover);
        }
      }
    }
  }

  private static String without(String name, String ending) {
    return name.substring(0, name.length() - ending.length());
  }

  private static boolean isOlder(Path file, FileTime limit) throws IOException {
    try {
      return Files.getLastModifiedTime(file).compareTo(limit) < 0;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** Deletes a file or a folder with all in it, where it is there. */
  static void delete(Path whole) throws IOException {
    try {
      Files.walkFileTree(
          whole,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(emptied);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException gone) {
      // Moved into place, or never made.
    }
  }
}
