package dev.hale.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, to say later which model made a map, or from which image a chain began. */
public final class Fingerprint {
  private Fingerprint() {}

  /**
   * Of a file.
   *
   * @throws CheckpointException if it cannot be read
   */
  public static String sha256(Path file) {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw Checkpoint.unreadable(file, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of values, as big-endian float32. */
  public static String sha256(float[] image) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * image.length);
    bytes.asFloatBuffer().put(image);
    return HexFormat.of().formatHex(digest().digest(bytes.array()));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
