package dev.hale.detection.result;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.hale.io.FileFailure;
import dev.hale.io.ImageBytes;
import dev.hale.io.NoImage;
import dev.hale.io.ScanReader;
import dev.hale.io.Sha256;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is remembered of a file that a detection read.
 *
 * @param channel that it was taken for; several with commas between
 * @param bytes its size
 * @param sha256 its SHA-256; null, like the size, in what early builds wrote
 */
public record InputFile(String channel, Long bytes, String sha256) {
  @JsonCreator
  public InputFile {
    if (channel == null) {
      throw new DataException("an input has no channel");
    }
  }

  /** As early builds wrote it. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static InputFile unknown(String channel) {
    return new InputFile(channel, null, null);
  }

  /** Reads a file through. */
  public static InputFile of(Path file, String channel) {
    return new InputFile(channel, size(file), hash(file));
  }

  /** Of an image that is in memory. */
  public static InputFile of(ImageBytes image, String channel) {
    byte[] bytes = image.bytes();
    return new InputFile(channel, (long) bytes.length, new Sha256().add(bytes).hex());
  }

  /** Whether a file holds the same bytes. */
  public boolean isSameAs(Path file) {
    return bytes != null && bytes == size(file) && sha256.equals(hash(file));
  }

  private static String hash(Path file) {
    List<Path> parts = ScanReader.filesOf(file);
    if (parts.size() == 1) {
      return Sha256.ofFiles(file);
    }
    Sha256 digest = new Sha256();
    parts.forEach(part -> digest.add(Sha256.ofFiles(part)));
    return digest.hex();
  }

  private static long size(Path file) {
    String reason = NoImage.reason(file);
    if (reason != null) {
      throw new DataException("%s: %s".formatted(file, reason));
    }
    try {
      long bytes = 0;
      for (Path part : ScanReader.filesOf(file)) {
        bytes += Files.size(part);
      }
      return bytes;
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }
}
