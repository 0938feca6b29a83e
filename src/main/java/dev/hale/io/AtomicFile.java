package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file under a temporary name beside its target and moves it there when complete, so that
 * nobody ever sees half of it and a failure leaves an older file as it was.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What is to be written. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the content, replacing the target; throws one clear line where it cannot. */
  public static void write(Path target, Content content) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DataException("%s: cannot be written, there is no such folder".formatted(target));
    }
    if (Files.isDirectory(target)) {
      throw new DataException("%s: cannot be written, it is a folder".formatted(target));
    }
    // As root, a device would be replaced like any file.
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new DataException("%s: cannot be written, it is not a file".formatted(target));
    }
    Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try {
        try (OutputStream out =
            new BufferedOutputStream(
                Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), 1 << 16)) {
          content.writeTo(out);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new DataException("%s: cannot be written: %s".formatted(target, e), e);
    }
  }
}
