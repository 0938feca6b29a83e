package dev.hale.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and writes NumPy's .npy files, versions 1 to 3. Nothing is ever unpickled. */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])(\\w+)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

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
      throw new DataException(file + ": cannot be read: " + e, e);
    }
  }

  private static NpyArray read(InputStream in, long size) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(Arrays.copyOf(start, 6), MAGIC)) {
      throw new DataException("not a .npy file: wrong magic");
    }
    if (start[6] < 1 || start[6] > 3) {
      throw new DataException("version %d of .npy is not known".formatted(start[6]));
    }
    int field = start[6] == 1 ? 2 : 4;
    byte[] length = Arrays.copyOf(in.readNBytes(field), 4);
    int headerLength = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (headerLength < 0 || headerLength > LONGEST_HEADER) {
      throw new DataException("header would have %d bytes".formatted(headerLength));
    }
    String header = new String(in.readNBytes(headerLength), StandardCharsets.UTF_8);
    Matcher type = match(TYPE, header);
    boolean fortran = match(FORTRAN, header).group(1).equals("True");
    int[] shape = shape(match(SHAPE, header).group(1));
    int width = NpyArray.width(type.group(2));
    long promised = (long) width * NpyArray.count(shape);
    long held = size - 8 - field - headerLength;
    if (held != promised || promised > Integer.MAX_VALUE - 16) {
      throw new DataException(
          "header promises %d bytes of numbers, file has %d".formatted(promised, held));
    }
    byte[] bytes = in.readNBytes((int) promised);
    if (type.group(1).equals(">")) {
      reverse(bytes, width);
    }
    return new NpyArray(type.group(2), shape, fortran ? fromFortran(bytes, shape, width) : bytes);
  }

  private static Matcher match(Pattern pattern, String header) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new DataException(
          "header is not that of one array of numbers: %s".formatted(header.strip()));
    }
    return matcher;
  }

  private static int[] shape(String list) {
    try {
      return Pattern.compile(",")
          .splitAsStream(list)
          .map(String::strip)
          .filter(side -> !side.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new DataException("shape (%s) is too large".formatted(list), e);
    }
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
    String sides =
        Arrays.stream(array.shape()).mapToObj(side -> side + ",").collect(Collectors.joining(" "));
    String dictionary =
        "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(NpyArray.width(array.type()) == 1 ? "|" : "<", array.type(), sides);
    // The numbers start at a multiple of 64 bytes; the header ends with a newline.
    int unpadded = MAGIC.length + 4 + dictionary.length() + 1;
    String header = dictionary + " ".repeat(-unpadded & 63) + "\n";
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.writeBytes(MAGIC);
    start.writeBytes(new byte[] {1, 0, (byte) header.length(), (byte) (header.length() >> 8)});
    start.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    AtomicFile.write(
        file,
        out -> {
          start.writeTo(out);
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
