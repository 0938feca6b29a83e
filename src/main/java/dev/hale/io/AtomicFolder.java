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

/**
 * Fills a folder under a temporary, hidden name beside its target and moves it there when complete,
 * so that nobody ever takes half of it for the whole. What a killed process left behind is swept
 * away by the next one that writes the same folder.
 */
public final class AtomicFolder {
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
    boolean replaces = Files.exists(absolute);
    try {
      Files.createDirectories(parent);
      try (Partial partial = Partial.of(absolute)) {
        Files.createDirectory(partial.path());
        content.writeTo(partial.path());
        force(partial.path());
        if (replaces) {
          replace(absolute, partial);
        } else {
          place(absolute, partial.path());
        }
        forceNames(parent);
      }
    } catch (IOException e) {
      throw FileFailure.unwritable(target, e);
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
  private static void replace(Path target, Partial complete) throws IOException {
    Path old = complete.replaced();
    boolean placed = false;
    while (!placed) {
      boolean aside = stepsAside(target, old);
      try {
        Files.move(complete.path(), target, StandardCopyOption.ATOMIC_MOVE);
        placed = true;
      } catch (IOException e) {
        if (!Files.exists(target)) {
          if (aside) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
          }
          throw e;
        } // else somebody else's has come there meanwhile, and is replaced next
      }
      Partial.delete(old);
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
}
