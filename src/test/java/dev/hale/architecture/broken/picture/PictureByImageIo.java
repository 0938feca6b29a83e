package dev.hale.architecture.broken.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;

/** Breaks a rule on purpose. */
public final class PictureByImageIo {
  void write(BufferedImage image, OutputStream out) throws IOException {
    ImageIO.write(image, "png", out);
  }
}
