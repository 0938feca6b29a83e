package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A file that is not on a disk: what a database, an archive or a request holds. The array is
 * shared, not copied.
 *
 * @param name as a file would have, such as {@code sub-01_FLAIR.nii.gz}, with folders before it or
 *     without: the scan and its channel are named after it, and so is the file in messages
 * @param bytes a NIfTI image, gzipped or not, a PNG or a JPEG; the content says which
 */
public record ImageBytes(String name, byte[] bytes) implements ImageSource {
  public ImageBytes {
    if (name == null || name.isBlank()) {
      throw new DataException("the bytes of an image have no name");
    }
    if (bytes == null) {
      throw new DataException(name + ": there are no bytes");
    }
  }

  /**
   * Reads a stream to its end, up to 2 GiB.
   *
   * @param in stays open
   * @throws DataException where it cannot be read
   */
  public static ImageBytes of(String name, InputStream in) {
    try {
      return new ImageBytes(name, in == null ? null : in.readAllBytes());
    } catch (IOException e) {
      throw FileFailure.unreadable(name, e);
    }
  }

  @Override
  public String fileName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The folder that is named before it; empty where none is. */
  String folderName() {
    String folders = name.substring(0, Math.max(0, name.lastIndexOf('/')));
    return folders.substring(folders.lastIndexOf('/') + 1);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public ImageInputStream openImage() {
    return new MemoryCacheImageInputStream(open());
  }
}
