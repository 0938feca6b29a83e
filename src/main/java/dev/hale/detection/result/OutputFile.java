package dev.hale.detection.result;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.hale.io.FileFailure;
import dev.hale.io.Sha256;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What is remembered of a file that a detection wrote.
 *
 * @param name in the folder of results
 * @param bytes its size
 * @param sha256 its SHA-256; null, like the size, in what earlier builds wrote
 */
public record OutputFile(String name, Long bytes, String sha256) {
  @JsonCreator
  public OutputFile {
    if (name == null) {
      throw new DataException("a file has no name");
    }
  }

  /** As earlier builds wrote it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static OutputFile unknown(String name) {
    return new OutputFile(name, null, null);
  }

  /** Reads a file through that has just been written. */
  static OutputFile of(Path file) {
    return new OutputFile(file.getFileName().toString(), size(file), Sha256.ofFiles(file));
  }

  /** What is wrong with it in a folder of results, in words; null where nothing is. */
  String damage(Path folder) {
    Path file;
    try {
      file = folder.resolve(name);
    } catch (InvalidPathException e) { // the record has been damaged
      return name + " is missing";
    }
    if (!Files.isRegularFile(file)) {
      return name + " is missing";
    }
    if (bytes != null && bytes != size(file)) {
      return "%s has %d bytes, was written with %d".formatted(name, size(file), bytes);
    }
    return sha256 == null || sha256.equals(Sha256.ofFiles(file)) ? null : name + " has changed";
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }
}
