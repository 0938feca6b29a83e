package dev.hale.io;

import dev.hale.scan.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An n-dimensional array of numbers as NumPy stores it, last dimension fastest.
 *
 * @param type NumPy's name of the element type without byte order: {@code f2}, {@code f4}, {@code
 *     f8}, {@code i1} to {@code i8}, {@code u1} to {@code u8} or {@code b1}
 * @param shape lengths of the dimensions; empty for a single number
 * @param bytes the elements, little-endian; shared, not copied
 */
public record NpyArray(String type, int[] shape, byte[] bytes) {
  public NpyArray {
    if (bytes.length != (long) width(type) * count(shape)) {
      throw new DataException(
          "array of type %s and shape %s has %d bytes"
              .formatted(type, Arrays.toString(shape), bytes.length));
    }
    shape = shape.clone();
  }

  /** Number of bytes of an element; throws for types not supported. */
  static int width(String type) {
    return switch (type) {
      case "b1", "i1", "u1" -> 1;
      case "f2", "i2", "u2" -> 2;
      case "f4", "i4", "u4" -> 4;
      case "f8", "i8", "u8" -> 8;
      default ->
          throw new DataException(
              "element type %s is not supported; save float16, float32, float64 or integers"
                  .formatted(type));
    };
  }

  /** Number of elements, refusing what no array can hold. */
  static int count(int[] shape) {
    long count = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new DataException("shape %s has a negative side".formatted(Arrays.toString(shape)));
      }
      count *= length;
      if (count > Integer.MAX_VALUE - 16) {
        throw new DataException("shape %s is too large".formatted(Arrays.toString(shape)));
      }
    }
    return (int) count;
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public int size() {
    return count(shape);
  }

  /** The elements rounded to float32; a new array. */
  public float[] floats() {
    double[] doubles = doubles();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  /** The elements as float64, exact but for integers beyond 2⁵³; a new array. */
  public double[] doubles() {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case "f2" -> half(b.getShort(2 * i));
            case "f4" -> b.getFloat(4 * i);
            case "f8" -> b.getDouble(8 * i);
            case "u8" -> NiftiType.UINT64.get(b, 8 * i);
            default -> (double) integer(b, i);
          };
    }
    return values;
  }

  /** A number of IEEE 754's binary16: a sign, 5 bits of exponent, 10 of the fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  /** The elements as whole numbers; a new array. Throws where the elements are not integers. */
  public long[] longs() {
    if (type.startsWith("f")) {
      throw new DataException("array holds %s, expected integers".formatted(type));
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(b, i);
      if (type.equals("u8") && values[i] < 0) {
        throw new DataException("array holds a number beyond 2⁶³");
      }
    }
    return values;
  }

  private long integer(ByteBuffer b, int i) {
    return switch (type) {
      case "i1" -> b.get(i);
      case "i2" -> b.getShort(2 * i);
      case "u2" -> b.getShort(2 * i) & 0xffff;
      case "i4" -> b.getInt(4 * i);
      case "u4" -> b.getInt(4 * i) & 0xffffffffL;
      case "i8", "u8" -> b.getLong(8 * i);
      default -> b.get(i) & 0xff;
    };
  }
}
