package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads grey pictures (PNG, JPEG) as scans of one slice, and writes such slices as PNG. */
public final class Picture {
  private static final long MOST_PIXELS = 100_000_000;

  private Picture() {}

  /** Whether bytes begin as those of a PNG or JPEG do. */
  static boolean begins(byte[] bytes) {
    return Png.begins(bytes)
        || (bytes.length > 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8);
  }

  /** Whether a file of that name is one that {@link #read} takes. */
  public static boolean isNamed(String name) {
    return FileNames.endsWith(name, ".png")
        || FileNames.endsWith(name, ".jpg")
        || FileNames.endsWith(name, ".jpeg");
  }

  /**
   * Reads a picture as a scan of 1 mm pixels; its left column is i = 0, its top row j = 0.
   *
   * @param file PNG or JPEG, 8 or 16 bits, grey or with equal red, green and blue
   * @return values as stored: 0 to 255, or 0 to 65535 with 16 bits
   * @throws DataException if the file is missing, damaged, too large, or coloured; of a JPEG, which
   *     has no checksum, not every damage can be seen
   */
  public static Scan read(Path file) {
    Nifti.requireFile(file);
    return read(ImageSource.of(file));
  }

  static Scan read(ImageSource source) {
    String file = source.name();
    BufferedImage image = decode(source);
    Grid grid = Grid.ofSpacing(image.getWidth(), image.getHeight(), 1, 1, 1, 1);
    float[] pixels = new float[grid.size()];
    Raster raster = image.getRaster();
    boolean grey =
        image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(image.getColorModel() instanceof IndexColorModel);
    for (int p = 0; p < pixels.length; p++) {
      int x = p % grid.nx();
      int y = p / grid.nx();
      pixels[p] = grey ? raster.getSample(x, y, 0) : level(image.getRGB(x, y), file);
    }
    return new Scan(
        FileNames.stem(source.fileName()),
        List.of(FileNames.channel(source.fileName())),
        grid,
        pixels);
  }

  /**
   * Writes one slice as a grey PNG, whole or not at all; {@link #read} gives the values back.
   *
   * @param file to write, replaced
   * @param grid of one slice
   * @param values one a pixel, rounded and held between 0 and {@code white}
   * @param white the value of white: 255 for a file of 8 bits, 65535 for one of 16
   */
  public static void write(Path file, Grid grid, float[] values, int white) {
    if (grid.nz() != 1 || values.length != grid.size() || (white != 255 && white != 65535)) {
      throw new DataException(
          "%s: %d values up to %d on %s are no picture"
              .formatted(file, values.length, white, grid));
    }
    int type = white == 255 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_USHORT_GRAY;
    BufferedImage image = new BufferedImage(grid.nx(), grid.ny(), type);
    WritableRaster raster = image.getRaster();
    for (int p = 0; p < values.length; p++) {
      int level = Math.min(white, Math.max(0, Math.round(values[p])));
      raster.setSample(p % grid.nx(), p / grid.nx(), 0, level);
    }
    AtomicFile.write(file, out -> Png.write(image, out));
  }

  private static int level(int rgb, String file) {
    int blue = rgb & 0xff;
    if ((rgb >> 16 & 0xff) != blue || (rgb >> 8 & 0xff) != blue) {
      throw new DataException(file + ": is a colour picture; convert it to grey");
    }
    return blue;
  }

  private static BufferedImage decode(ImageSource bytes) {
    String file = bytes.name();
    try (ImageInputStream in = bytes.openImage()) {
      Png.requireSound(in);
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new DataException(file + ": not a PNG or JPEG picture");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS) {
          throw new DataException(
              "%s: %d×%d pixels, more than the %d million that are read"
                  .formatted(
                      file, reader.getWidth(0), reader.getHeight(0), MOST_PIXELS / 1_000_000));
        }
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        requireWhole(warnings);
        return image;
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DataException(
          "%s: damaged picture: %s; copy or download it again".formatted(file, e.getMessage()), e);
    }
  }

  /** JPEG has no checksum: where pixels are missing, its reader paints some and only warns. */
  private static void requireWhole(List<String> warnings) throws IOException {
    for (String warning : warnings) {
      if (warning.startsWith("Corrupt JPEG data") || warning.startsWith("Truncated File")) {
        throw new IOException(warning);
      }
    }
  }
}
