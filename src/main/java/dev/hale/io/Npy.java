package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes NumPy's .npy files, versions 1 to 3. Nothing is ever unpickled. */
public final class Npy {
  private Npy() {}

  /**
   * Reads an array. Big-endian numbers and Fortran order are turned into little-endian C order.
   *
   * @throws DataException if the file is missing, damaged, longer or shorter than its header says,
   *     or of a type not supported; the message begins with the file's name
   */
  public static NpyArray read(Path file) {
    Nifti.requireFile(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in, Files.size(file));
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }

  private static NpyArray read(InputStream in, long size) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    int width = NpyArray.width(header.type());
    long promised = header.dataBytes();
    long held = size - header.length();
    if (held != promised || promised > Integer.MAX_VALUE - 16) {
      throw new DataException(
          "header promises %d bytes of numbers, file has %d".formatted(promised, held));
    }
    byte[] bytes = in.readNBytes((int) promised);
    if (header.order() == '>') {
      reverse(bytes, width);
    }
    int[] shape = header.shape();
    return new NpyArray(
        header.type(), shape, header.fortran() ? fromFortran(bytes, shape, width) : bytes);
  }

  private static void reverse(byte[] bytes, int width) {
    for (int at = 0; at < bytes.length; at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte swap = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = swap;
      }
    }
  }

  /** From first to last dimension fastest. */
  private static byte[] fromFortran(byte[] bytes, int[] shape, int width) {
    byte[] turned = new byte[bytes.length];
    int[] index = new int[shape.length];
    for (int to = 0; to < bytes.length; to += width) {
      long from = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        from = from * shape[d] + index[d];
      }
      System.arraycopy(bytes, (int) from * width, turned, to, width);
      for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
        index[d] = 0;
      }
    }
    return turned;
  }

  /** Writes float32 numbers, replacing the file in one step. */
  public static void write(Path file, int[] shape, float[] values) {
    ByteBuffer b = ByteBuffer.wrap(room(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    write(file, new NpyArray("f4", shape, b.array()));
  }

  /** Writes float64 numbers, replacing the file in one step. */
  public static void write(Path file, int[] shape, double[] values) {
    ByteBuffer b = ByteBuffer.wrap(room(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    b.asDoubleBuffer().put(values);
    write(file, new NpyArray("f8", shape, b.array()));
  }

  /** Writes int64 numbers, replacing the file in one step. */
  public static void write(Path file, int[] shape, long[] values) {
    ByteBuffer b = ByteBuffer.wrap(room(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    b.asLongBuffer().put(values);
    write(file, new NpyArray("i8", shape, b.array()));
  }

  /** Writes an array of any type, replacing the file in one step. */
  public static void write(Path file, NpyArray array) {
    byte[] header = NpyHeader.bytes(array.type(), array.shape(), 0);
    AtomicFile.write(
        file,
        out -> {
          out.write(header);
          out.write(array.bytes());
        });
  }

  private static byte[] room(int count, int width) {
    if (count > (Integer.MAX_VALUE - 16) / width) {
      throw new DataException("%d numbers are too many for one .npy file".formatted(count));
    }
    return new byte[count * width];
  }
}
