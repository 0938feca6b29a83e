package dev.hale.engine;

import dev.hale.io.Sha256;
import java.io.IOException;
import java.nio.file.Path;

/** Which model file something was made with. */
public final class Fingerprint {
  private Fingerprint() {}

  /**
   * A file's SHA-256.
   *
   * @throws CheckpointException if it cannot be read
   */
  public static String sha256(Path file) {
    try {
      return new Sha256().add(file).hex();
    } catch (IOException e) {
      throw Checkpoint.unreadable(file, e);
    }
  }
}
