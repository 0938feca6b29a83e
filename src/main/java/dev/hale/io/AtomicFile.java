package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file under a temporary name beside its target and moves it there when complete, so that
 * nobody ever sees half of it and a failure leaves an older file as it was. What a killed process
 * left behind is swept away by the next one that writes the same file.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What is to be written. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What is to be written with a file's own means. */
  public interface ChannelContent {
    void writeTo(FileChannel file) throws IOException;
  }

  /**
   * Writes the content, replacing the target.
   *
   * @throws DataException in one line, where it cannot
   */
  public static void write(Path target, Content content) {
    writeChannel(
        target,
        file -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
          content.writeTo(out);
          out.flush();
        });
  }

  /**
   * The same for content that wants the file itself.
   *
   * @throws DataException in one line, where it cannot be written
   */
  public static void writeChannel(Path target, ChannelContent content) {
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
    try (Partial partial = Partial.of(target.toAbsolutePath())) {
      try (FileChannel file =
          FileChannel.open(
              partial.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(file);
      }
      Files.move(partial.path(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileFailure.unwritable(target, e);
    }
  }
}
