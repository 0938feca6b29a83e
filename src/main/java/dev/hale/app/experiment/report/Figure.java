package dev.hale.app.experiment.report;

import dev.hale.io.Png;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * A picture in a report.
 *
 * @param caption below it
 * @param width in pixels
 * @param uri the picture itself, {@code data:image/png;base64,…}
 */
public record Figure(String caption, int width, String uri) {

  /** A figure of a picture. */
  public static Figure of(String caption, BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      Png.write(image, png);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return new Figure(
        caption,
        image.getWidth(),
        "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray()));
  }
}
