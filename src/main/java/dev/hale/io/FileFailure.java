package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in a line what went wrong with a file. */
public final class FileFailure {
  private FileFailure() {}

  /**
   * The error of a file or folder that could not be read.
   *
   * @param file its path, or its name where it has none
   */
  public static DataException unreadable(Object file, IOException e) {
    return new DataException("%s: cannot be read: %s".formatted(file, reason(e)), e);
  }

  /**
   * The error of a file or folder that could not be written.
   *
   * @param file its path, or its name where it has none
   */
  public static DataException unwritable(Object file, IOException e) {
    return new DataException("%s: cannot be written: %s".formatted(file, reason(e)), e);
  }

  /** What went wrong, without the path that Java puts in front of it, or instead of it. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it is there already";
    }
    if (e instanceof NotDirectoryException) {
      return "it is not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
