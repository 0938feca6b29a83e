package dev.hale.data;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Fills a folder under a temporary, hidden name beside its target and moves it there when complete,
 * so that nobody ever takes half of it for the whole. What a killed process left behind is swept
 * away by the next one that writes the same folder, an hour later at the earliest.
 */
public final class AtomicFolder {
  private static final String PARTIAL = ".partial";
  private static final Duration SURELY_DEAD = Duration.ofHours(1);

  private AtomicFolder() {}

  /** Fills the folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes a folder, replacing what stands there. On any failure the target is as it was.
   *
   * @throws DataException where it cannot be written
   */
  public static void write(Path target, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    String hidden = "." + absolute.getFileName() + ".";
    Path partial = parent.resolve(hidden + UUID.randomUUID() + PARTIAL);
    try {
      Files.createDirectories(parent);
      sweep(parent, hidden);
      try {
        Files.createDirectory(partial);
        content.writeTo(partial);
        replace(absolute, partial);
      } finally {
        delete(partial);
      }
    } catch (IOException e) {
      throw new DataException("%s: cannot be written: %s".formatted(target, e), e);
    }
  }

  /** A folder with content cannot be replaced in one step: the old one steps aside first. */
  private static void replace(Path target, Path complete) throws IOException {
    Path old = complete.resolveSibling(complete.getFileName() + ".old" + PARTIAL);
    boolean replaces = Files.exists(target);
    if (replaces) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    delete(old);
  }

  private static void sweep(Path parent, String hidden) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> entries = Files.list(parent)) {
      leftovers =
          entries
              .filter(entry -> entry.getFileName().toString().startsWith(hidden))
              .filter(entry -> entry.getFileName().toString().endsWith(PARTIAL))
              .toList();
    }
    FileTime limit = FileTime.from(Instant.now().minus(SURELY_DEAD));
    for (Path leftover : leftovers) {
      if (Files.getLastModifiedTime(leftover).compareTo(limit) < 0) {
        delete(leftover);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try {
      Files.walkFileTree(
          folder,
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
