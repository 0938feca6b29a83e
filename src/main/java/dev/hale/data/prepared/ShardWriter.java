package dev.hale.data.prepared;

import dev.hale.io.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A .npy file of items of one shape, written item by item. How many there are is known at the end
 * only: the header is then written over the room left for it. Items never written are zeros.
 */
final class ShardWriter implements AutoCloseable {
  private static final int HEADER = 128;

  private final FileChannel file;
  private final String type;
  private final int[] shape;
  private final long itemBytes;

  /**
   * Makes the file.
   *
   * @param type NumPy's name of the element type
   * @param shape {@code [0, …]}: zero items so far, each of the shape that follows
   * @param itemBytes bytes of an item
   */
  ShardWriter(Path path, String type, int[] shape, long itemBytes) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    this.type = type;
    this.shape = shape.clone();
    this.itemBytes = itemBytes;
  }

  void put(int item, ByteBuffer bytes) throws IOException {
    writeAt(HEADER + item * itemBytes, bytes);
  }

  /** Writes the header for this many items. */
  void finish(int items) throws IOException {
    long end = HEADER + items * itemBytes;
    if (file.size() < end) {
      writeAt(end - 1, ByteBuffer.allocate(1));
    }
    shape[0] = items;
    writeAt(0, ByteBuffer.wrap(NpyHeader.bytes(type, shape, HEADER)));
    file.close();
  }

  private void writeAt(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
