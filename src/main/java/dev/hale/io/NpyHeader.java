package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before the numbers of a .npy file, versions 1 to 3. Nothing is ever unpickled.
 *
 * @param type NumPy's name of the element type without byte order, such as {@code f4}
 * @param order of the bytes: {@code <} little-endian, {@code >} big-endian, {@code |} single bytes
 * @param fortran whether the first dimension runs fastest, not the last
 * @param shape lengths of the dimensions; empty for a single number
 * @param length bytes from the start of the file to the first number
 */
public record NpyHeader(String type, char order, boolean fortran, int[] shape, int length) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;
  private static final int ALIGNMENT = 64;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])(\\w+)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** Bytes of all numbers together. */
  public long dataBytes() {
    return (long) NpyArray.width(type) * NpyArray.count(shape);
  }

  /** Reads the start of a file, and no byte more; throws {@link DataException} where it is none. */
  public static NpyHeader read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(Arrays.copyOf(start, 6), MAGIC)) {
      throw new DataException("not a .npy file: wrong magic");
    }
    if (start[6] < 1 || start[6] > 3) {
      throw new DataException("version %d of .npy is not known".formatted(start[6]));
    }
    int field = start[6] == 1 ? 2 : 4;
    byte[] count = Arrays.copyOf(in.readNBytes(field), 4);
    int textLength = ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (textLength < 0 || textLength > LONGEST) {
      throw new DataException("header would have %d bytes".formatted(textLength));
    }
    String text = new String(in.readNBytes(textLength), StandardCharsets.UTF_8);
    Matcher type = match(TYPE, text);
    return new NpyHeader(
        type.group(2),
        type.group(1).charAt(0),
        match(FORTRAN, text).group(1).equals("True"),
        sides(match(SHAPE, text).group(1)),
        8 + field + textLength);
  }

  /**
   * The start of a little-endian file in C order, version 1, a multiple of 64 bytes long.
   *
   * @param leastLength bytes it shall have at least, so that a longer shape can replace it later
   */
  public static byte[] bytes(String type, int[] shape, int leastLength) {
    String sides =
        Arrays.stream(shape).mapToObj(side -> side + ",").collect(Collectors.joining(" "));
    String dictionary =
        "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(NpyArray.width(type) == 1 ? "|" : "<", type, sides);
    int before = MAGIC.length + 4;
    int length = Math.max(before + dictionary.length() + 1, leastLength);
    length += -length & (ALIGNMENT - 1);
    int text = length - before;
    String header = dictionary + " ".repeat(text - dictionary.length() - 1) + "\n";
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.writeBytes(MAGIC);
    start.writeBytes(new byte[] {1, 0, (byte) text, (byte) (text >> 8)});
    start.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    return start.toByteArray();
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new DataException(
          "header is not that of one array of numbers: %s".formatted(text.strip()));
    }
    return matcher;
  }

  private static int[] sides(String list) {
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
}
