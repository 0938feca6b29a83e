package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** SHA-256: which bytes made a result, told in 64 hexadecimal digits. */
public final class Sha256 {
  private static final int BLOCK = 1 << 14;

  private final MessageDigest digest;

  /** Of nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** Adds bytes. */
  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds a text, as UTF-8. */
  public Sha256 add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds values, each as a big-endian float32. */
  public Sha256 add(float[] values) {
    ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK);
    for (int from = 0; from < values.length; from += BLOCK) {
      block.clear();
      for (int v = from; v < Math.min(values.length, from + BLOCK); v++) {
        block.putFloat(values[v]);
      }
      digest.update(block.flip());
    }
    return this;
  }

  /** Adds a file's content. */
  public Sha256 add(Path file) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return this;
  }

  /**
   * Of the names and contents of a folder's files, in the order of their names; of a file, its
   * content.
   *
   * @throws DataException if one cannot be read
   */
  public static String ofFiles(Path folder) {
    try (Stream<Path> entries = Files.walk(folder)) {
      Sha256 digest = new Sha256();
      for (Path file : entries.filter(Files::isRegularFile).sorted().toList()) {
        digest.add(folder.relativize(file).toString()).add(file);
      }
      return digest.hex();
    } catch (IOException e) {
      throw FileFailure.unreadable(folder, e);
    }
  }

  /** The 32 bytes; begins anew. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** The 64 digits; begins anew. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
