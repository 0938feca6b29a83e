package dev.hale.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes every PNG of hale. ImageIO of itself would keep what it writes in a file in java.io.tmpdir
 * on the way, and leave it there when killed: parts of patients' images. Here it is memory.
 */
public final class Png {
  private Png() {}

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
