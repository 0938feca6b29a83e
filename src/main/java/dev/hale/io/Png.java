package dev.hale.io;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What ImageIO does not do for PNG of itself. Reading, it does not look at checksums. Writing, it
 * keeps what it writes in a file in java.io.tmpdir on the way, and leaves it there when killed:
 * parts of patients' images.
 */
public final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'};
  private static final int LAST_CHUNK = 0x49454e44; // IEND

  private Png() {}

  /** Whether bytes begin as those of a PNG do. */
  static boolean begins(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * Compares the checksum of each chunk, up to the last. A file of another format passes.
   *
   * @param in from its beginning; afterwards there again
   * @throws IOException if a checksum differs or the last chunk is missing
   */
  static void requireSound(ImageInputStream in) throws IOException {
    byte[] signature = new byte[SIGNATURE.length];
    int begun = in.read(signature);
    if (begun == SIGNATURE.length && Arrays.equals(signature, SIGNATURE)) {
      boolean last = false;
      while (!last) {
        last = soundChunk(in) == LAST_CHUNK;
      }
    }
    in.seek(0);
  }

  /** Passes over a chunk: length of the data, type, data, checksum of type and data. */
  private static int soundChunk(ImageInputStream in) throws IOException {
    try {
      byte[] bytes = new byte[1 << 13];
      long left = in.readUnsignedInt();
      in.readFully(bytes, 0, 4);
      int type = ByteBuffer.wrap(bytes).getInt();
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, 4);
      while (left > 0) {
        int count = (int) Math.min(bytes.length, left);
        in.readFully(bytes, 0, count);
        crc.update(bytes, 0, count);
        left -= count;
      }
      if (in.readUnsignedInt() != crc.getValue()) {
        throw new IOException("a checksum is wrong");
      }
      return type;
    } catch (EOFException e) {
      throw new IOException("it ends before its last chunk", e);
    }
  }

  /**
   * Writes an image as PNG.
   *
   * @param out stays open
   */
  public static void write(BufferedImage image, OutputStream out) throws IOException {
    try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "png", png)) {
        throw new IOException("this Java has no PNG writer");
      }
    }
  }
}
