package dev.hale.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/** Builds NIfTI files byte by byte, independently of the writer under test. */
public final class NiftiBytes {
  public final boolean two;
  private final byte[] array;
  public final ByteBuffer bytes;

  private NiftiBytes(boolean two, byte[] array, ByteBuffer bytes) {
    this.two = two;
    this.array = array;
    this.bytes = bytes;
  }

  /** A valid file of zeros with an sform of 1 mm. */
  public static NiftiBytes of(boolean two, ByteOrder order, int type, int width, int... size) {
    int count = 1;
    for (int s : size) {
      count *= s;
    }
    int start = two ? 544 : 352;
    byte[] array = new byte[start + count * width];
    ByteBuffer b = ByteBuffer.wrap(array).order(order);
    NiftiBytes file = new NiftiBytes(two, array, b);
    b.putInt(0, two ? 540 : 348);
    byte[] magic =
        two ? new byte[] {'n', '+', '2', 0, 13, 10, 26, 10} : new byte[] {'n', '+', '1', 0};
    b.put(two ? 4 : 344, magic);
    file.dim(0, size.length);
    for (int d = 0; d < 7; d++) {
      file.dim(d + 1, d < size.length ? size[d] : 1);
      file.real(104, 76, d + 1, 1);
    }
    b.putShort(two ? 12 : 70, (short) type);
    if (two) {
      b.putLong(168, start).putInt(348, 1);
    } else {
      b.putFloat(108, start).putShort(254, (short) 1);
    }
    for (int axis = 0; axis < 3; axis++) {
      file.real(400, 280, 5 * axis, 1);
    }
    return file;
  }

  NiftiBytes dim(int d, long value) {
    if (two) {
      bytes.putLong(16 + 8 * d, value);
    } else {
      bytes.putShort(40 + 2 * d, (short) value);
    }
    return this;
  }

  public NiftiBytes scale(double slope, double intercept) {
    real(176, 112, 0, slope);
    real(184, 116, 0, intercept);
    return this;
  }

  NiftiBytes real(int at2, int at1, int index, double value) {
    if (two) {
      bytes.putDouble(at2 + 8 * index, value);
    } else {
      bytes.putFloat(at1 + 4 * index, (float) value);
    }
    return this;
  }

  public int voxelStart() {
    return two ? 544 : 352;
  }

  public byte[] array() {
    return array;
  }

  public static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
