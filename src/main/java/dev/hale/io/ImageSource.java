package dev.hale.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Bytes that should be an image, in a file or in memory, so that both are read by the same code.
 */
interface ImageSource {
  /** What messages call it. */
  String name();

  /** What a file of these bytes is called in its folder. */
  String fileName();

  /** How many bytes there are. */
  long size() throws IOException;

  /** The bytes from the first one on; can be marked and reset. */
  InputStream open() throws IOException;

  /** Likewise, for ImageIO. */
  ImageInputStream openImage() throws IOException;

  /** A file's. */
  static ImageSource of(Path file) {
    return new OnDisk(file);
  }

  /** Those of a file. */
  record OnDisk(Path file) implements ImageSource {
    private static final int BUFFER = 1 << 16;

    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public String fileName() {
      return file.getFileName().toString();
    }

    @Override
    public long size() throws IOException {
      return Files.size(file);
    }

    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(file), BUFFER);
    }

    @Override
    public ImageInputStream openImage() throws IOException {
      return new FileImageInputStream(file.toFile());
    }
  }
}
