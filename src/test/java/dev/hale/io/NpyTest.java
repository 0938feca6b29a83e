package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  private static final String MAKE =
      """
      import numpy as np
      for t in ['<f4', '>f4', '<f8', '>f8', 'b1', 'u1', 'i1', '<u2', '>i2', '<i4', '>u4', '<i8',
                '>i8', '<u8']:
          a = (np.arange(24).reshape(2, 3, 4) * 5 % 7).astype(t)
          np.save(t[-2:] + ('big' if t[0] == '>' else '') + '.npy', a)
          np.save(t[-2:] + ('big' if t[0] == '>' else '') + 'F.npy', np.asfortranarray(a))
      np.save('scalar.npy', np.float32(2.5))
      np.save('empty.npy', np.zeros((0, 3), 'f4'))
      np.save('negative.npy', np.array([-1, -2**62, 2**62]))
      np.save('complex.npy', np.zeros(3, 'c8'))
      np.save('objects.npy', np.array([{}], object))
      np.save('fields.npy', np.zeros(3, [('a', 'f4')]))
      """;

  private static final String CHECK =
      """
      import numpy as np
      a = np.load('f.npy')
      assert a.dtype == np.float32 and a.shape == (2, 3), a
      assert (a == [[1, 2, 3], [4, 5, -0.5]]).all()
      b = np.load('d.npy')
      assert b.dtype == np.float64 and b.shape == (1,) and b[0] == np.pi, b
      c = np.load('l.npy')
      assert c.dtype == np.int64 and c.shape == () and c == 2**62 + 1, c
      d = np.load('u.npy')
      assert d.dtype == np.uint8 and (d == [7, 255]).all(), d
      """;

  @TempDir Path folder;

  @Test
  void numpysFilesAreRead() throws Exception {
    Nibabel.run(folder, MAKE);
    double[] expected = new double[24];
    for (int i = 0; i < 24; i++) {
      expected[i] = 5 * i % 7;
    }
    for (String type : "f4 f4big f8 f8big b1 u1 i1 u2 i2big i4 u4big i8 i8big u8".split(" ", -1)) {
      for (String order : new String[] {"", "F"}) {
        NpyArray array = Npy.read(folder.resolve(type + order + ".npy"));
        assertArrayEquals(new int[] {2, 3, 4}, array.shape());
        double[] truth = expected;
        if (type.equals("b1")) {
          truth = Arrays.stream(expected).map(Math::signum).toArray();
        }
        assertArrayEquals(truth, array.doubles(), type + order);
        if (!type.startsWith("f")) {
          assertArrayEquals(Arrays.stream(truth).mapToLong(d -> (long) d).toArray(), array.longs());
        }
      }
    }
    assertArrayEquals(new float[] {2.5f}, Npy.read(folder.resolve("scalar.npy")).floats());
    assertEquals(0, Npy.read(folder.resolve("empty.npy")).floats().length);
    assertArrayEquals(
        new long[] {-1, -(1L << 62), 1L << 62}, Npy.read(folder.resolve("negative.npy")).longs());
    refused("element type c8 is not supported", folder.resolve("complex.npy"));
    refused("element type O is not supported", folder.resolve("objects.npy"));
    refused("not that of one array", folder.resolve("fields.npy"));
  }

  @Test
  void numpyReadsOurFiles() throws Exception {
    Npy.write(folder.resolve("f.npy"), new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, -0.5f});
    Npy.write(folder.resolve("d.npy"), new int[] {1}, new double[] {Math.PI});
    Npy.write(folder.resolve("l.npy"), new int[0], new long[] {(1L << 62) + 1});
    Npy.write(
        folder.resolve("u.npy"), new NpyArray("u1", new int[] {2}, new byte[] {7, (byte) 255}));
    Nibabel.run(folder, CHECK);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path path = folder.resolve("a.npy");
    float[] values = {1, -2, Float.MIN_VALUE, Float.POSITIVE_INFINITY};
    Npy.write(path, new int[] {2, 1, 2}, values);
    NpyArray back = Npy.read(path);
    assertArrayEquals(values, back.floats());
    assertArrayEquals(new int[] {2, 1, 2}, back.shape());
    assertThrows(DataException.class, back::longs);
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path path = folder.resolve("a.npy");
    Npy.write(path, new int[] {3}, new float[3]);
    byte[] good = Files.readAllBytes(path);
    refused(
        "promises 12 bytes of numbers, file has 11", write(Arrays.copyOf(good, good.length - 1)));
    refused(
        "promises 12 bytes of numbers, file has 13", write(Arrays.copyOf(good, good.length + 1)));
    refused("not that of one array", write(Arrays.copyOf(good, 40)));
    refused("wrong magic", write(Arrays.copyOf(good, 5)));
    refused("version 9", write(edited(good, 6, 9)));
    String huge =
        new String(good, StandardCharsets.ISO_8859_1)
            .replace("(3,), }         ", "(99999, 99999), }");
    refused("too large", write(huge.getBytes(StandardCharsets.ISO_8859_1)));
    refused("no such file", folder.resolve("none.npy"));
    assertThrows(DataException.class, () -> Npy.write(path, new int[] {4}, new float[3]));
  }

  private static byte[] edited(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("bad.npy"), bytes);
  }

  private static void refused(String reason, Path path) {
    String message = assertThrows(DataException.class, () -> Npy.read(path)).getMessage();
    assertTrue(message.startsWith(path + ": ") && message.contains(reason), message);
  }

  /** By hand: 1, -2, the largest, the smallest above 0, one below the normal ones, infinity. */
  @Test
  void halfPrecisionIsRead() {
    short[] bits = {0x3c00, (short) 0xc000, 0x7bff, 0x0001, 0x03ff, 0x7c00};
    ByteBuffer b = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    b.asShortBuffer().put(bits);
    Path file = folder.resolve("half.npy");
    Npy.write(file, new NpyArray("f2", new int[] {2, 3}, b.array()));
    assertArrayEquals(
        new double[] {1, -2, 65504, 0x1p-24, 0x3ffp-24, Double.POSITIVE_INFINITY},
        Npy.read(file).doubles());
  }
}
