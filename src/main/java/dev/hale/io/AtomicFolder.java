package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
   * Writes a folder, replacing what stands there. On any failure the target is as it was. All of it
   * is on the disk before it gets its name. Of two that replace a folder at once, the later one's
   * stays; where there was none, the first one's does.
   *
   * @throws DataException where it cannot be written, or where there was none and another has
   *     written it meanwhile
   */
  public static void write(Path target, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    String hidden = "." + absolute.getFileName() + ".";
    String name = hidden + UUID.randomUUID();
    Path partial = parent.resolve(name + PARTIAL);
    boolean replaces = Files.exists(absolute);
    try {
      Files.createDirectories(parent);
      sweep(parent, hidden);
      try (WriterLock alive = WriterLock.of(parent.resolve(name + LOCK))) {
        try {
          Files.createDirectory(partial);
          content.writeTo(partial);
          force(partial);
          if (replaces) {
            replace(absolute, partial, parent.resolve(name + REPLACED));
          } else {
            place(absolute, partial);
          }
          forceNames(parent);
        } finally {
          delete(partial);
        }
      }
    } catch (IOException e) {
      throw new DataException("%s: cannot be written: %s".formatted(target, e), e);
    }
  }

  private static void place(Path target, Path complete) throws IOException {
    try {
      Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(target)) {
        throw e;
      }
      throw new DataException(
          "%s: is there already; another process has written it meanwhile".formatted(target), e);
    }
  }

  /** A folder with content cannot be replaced in one step: the old one steps aside first. */
  private static void replace(Path target, Path complete, Path old) throws IOException {
    boolean placed = false;
    while (!placed) {
      boolean aside = stepsAside(target, old);
      try {
        Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
        placed = true;
      } catch (IOException e) {
        if (!Files.exists(target)) {
          if (aside) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
          }
          throw e;
        } // else somebody else's has come there meanwhile, and is replaced next
      }
      delete(old);
    }
  }

  /** Whether it did; not where another has just moved it. */
  private static boolean stepsAside(Path target, Path old) throws IOException {
    try {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException moved) {
      return false;
    }
  }

  /** Waits until a folder's files are on the disk. */
  private static void force(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            if (a.isRegularFile()) {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path filled, IOException failure) {
            forceNames(filled);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The same of a folder's names, where the system lets a folder be opened. */
  private static void forceNames(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notHere) {
      // Windows opens no folder, and writes names down by itself.
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
