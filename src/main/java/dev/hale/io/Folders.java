package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that results go to. */
public final class Folders {
  private Folders() {}

  /**
   * Makes a folder, and those above it, where they are missing.
   *
   * @throws DataException in one line where that cannot be
   */
  public static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be made a folder: %s".formatted(folder, FileFailure.reason(e)), e);
    }
  }
}
