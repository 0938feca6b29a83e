package dev.hale.io;

import dev.hale.scan.DataException;
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
 * away by the next one that writes the same folder; what a live one is writing, however long it may
 * pause, never ({@link WriterLock}).
 */
public final class AtomicFolder {
  private static final String PARTIAL = ".partial";
  private static final String REPLACED = ".old" + PARTIAL;
  private static final String LOCK = ".lock";

  /** Of early builds, which did not lock. */
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
    String name = hidden + UUID.randomUUID();
    Path partial = parent.resolve(name + PARTIAL);
    try {
      Files.createDirectories(parent);
      sweep(parent, hidden);
      try (WriterLock alive = WriterLock.of(parent.resolve(name + LOCK))) {
        try {
          Files.createDirectory(partial);
          content.writeTo(partial);
          replace(absolute, partial, parent.resolve(name + REPLACED));
        } finally {
          delete(partial);
        }
      }
    } catch (IOException e) {
      throw new DataException("%s: cannot be written: %s".formatted(target, e), e);
    }
  }

  /** A folder with content cannot be replaced in one step: the old one steps aside first. */
  private static void replace(Path target, Path complete, Path old) throws IOException {
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
