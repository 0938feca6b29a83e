package dev.hale.data.prepared;

import dev.hale.io.FileFailure;
import dev.hale.io.NpyHeader;
import dev.hale.scan.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Maps .npy files into memory; the operating system reads them as they are touched. */
final class Shards {
  private Shards() {}

  /**
   * The numbers of a file, little-endian, read-only.
   *
   * @param type that the file must hold
   * @param shape that it must have
   * @throws DataException where the file is missing, shorter or longer than it says, or other than
   *     expected
   */
  static ByteBuffer map(Path file, String type, int... shape) {
    try {
      NpyHeader header;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        header = NpyHeader.read(in);
      }
      if (!header.type().equals(type) || header.order() == '>' || header.fortran()) {
        throw new DataException(
            "holds %s%s%s, expected little-endian %s in C order"
                .formatted(
                    header.order(),
                    header.type(),
                    header.fortran() ? " in Fortran order" : "",
                    type));
      }
      if (!Arrays.equals(header.shape(), shape)) {
        throw new DataException(
            "has the shape %s, index and preprocessing say %s"
                .formatted(Arrays.toString(header.shape()), Arrays.toString(shape)));
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long held = channel.size() - header.length();
        if (held != header.dataBytes()) {
          throw new DataException(
              "header promises %d bytes of numbers, file has %d"
                  .formatted(header.dataBytes(), held));
        }
        MappedByteBuffer map =
            channel.map(FileChannel.MapMode.READ_ONLY, header.length(), header.dataBytes());
        return map.order(ByteOrder.LITTLE_ENDIAN);
      }
    } catch (NoSuchFileException e) {
      throw new DataException(
          "%s is missing, though the index names it; prepare the set again".formatted(file), e);
    } catch (DataException e) {
      throw new DataException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }
}
