package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the type, byte order, version and packing, the numbers of a file come out. */
class NiftiPropertyTest {
  @Property(tries = 200)
  void everyTypeAndByteOrderIsRead(
      @ForAll NiftiType type,
      @ForAll boolean two,
      @ForAll boolean big,
      @ForAll boolean zipped,
      @ForAll boolean scaled,
      @ForAll @IntRange(min = 1, max = 9) int nx,
      @ForAll @IntRange(min = 1, max = 9) int ny,
      @ForAll @IntRange(min = 1, max = 9) int nz,
      @ForAll long seed)
      throws IOException {
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    NiftiBytes file = NiftiBytes.of(two, order, type.code, type.bytes, nx, ny, nz);
    if (scaled) {
      file.scale(0.5, -3);
    }
    Random random = new Random(seed);
    float[] expected = new float[nx * ny * nz];
    for (int v = 0; v < expected.length; v++) {
      double stored = put(file.bytes, type, file.voxelStart() + v * type.bytes, random);
      expected[v] = (float) (scaled ? stored * 0.5 - 3 : stored);
    }
    Path path = Files.createTempFile("property", ".nii");
    try {
      Files.write(path, zipped ? NiftiBytes.gzip(file.array()) : file.array());
      Scan scan = Nifti.read(path);
      assertEquals(Grid.ofSpacing(nx, ny, nz, 1, 1, 1), scan.grid());
      assertArrayEquals(expected, scan.voxels());
    } finally {
      Files.delete(path);
    }
  }

  /** Stores a random number over the type's whole range, through the JDK's own conversions. */
  private static double put(ByteBuffer b, NiftiType type, int at, Random random) {
    long bits = random.nextLong();
    switch (type) {
      case UINT8, INT8 -> b.put(at, (byte) bits);
      case INT16, UINT16 -> b.putShort(at, (short) bits);
      case INT32, UINT32 -> b.putInt(at, (int) bits);
      case INT64, UINT64 -> b.putLong(at, bits);
      case FLOAT32 -> b.putFloat(at, (float) random.nextGaussian());
      case FLOAT64 -> b.putDouble(at, random.nextGaussian());
    }
    return switch (type) {
      case UINT8 -> Byte.toUnsignedInt((byte) bits);
      case INT8 -> (byte) bits;
      case INT16 -> (short) bits;
      case UINT16 -> Short.toUnsignedInt((short) bits);
      case INT32 -> (int) bits;
      case UINT32 -> Integer.toUnsignedLong((int) bits);
      case INT64 -> (double) bits;
      case UINT64 -> new BigDecimal(Long.toUnsignedString(bits)).doubleValue();
      case FLOAT32 -> b.getFloat(at);
      case FLOAT64 -> b.getDouble(at);
    };
  }

  /** Whatever is damaged, the answer is an image or one clear line, never another exception. */
  @Property(tries = 1000)
  void damagedHeadersAreReadOrRefused(
      @ForAll boolean two,
      @ForAll boolean zipped,
      @ForAll @IntRange(min = 1, max = 12) int damages,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    byte[] bytes = NiftiBytes.of(two, ByteOrder.LITTLE_ENDIAN, 16, 4, 3, 4, 5).array();
    for (int d = 0; d < damages; d++) {
      bytes[random.nextInt(two ? 544 : 352)] = (byte) random.nextInt(256);
    }
    bytes = zipped ? NiftiBytes.gzip(bytes) : bytes;
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    Path path = Files.createTempFile("property", ".nii");
    try {
      Files.write(path, bytes);
      Scan scan = Nifti.read(path);
      assertEquals(scan.channels().size() * scan.grid().size(), scan.voxels().length);
    } catch (DataException e) {
      assertTrue(e.getMessage().startsWith(path + ": ") && !e.getMessage().contains("\n"));
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 100)
  void aWrittenScanReadsBackAsItWas(
      @ForAll boolean zipped,
      @ForAll @IntRange(min = 1, max = 12) int nx,
      @ForAll @IntRange(min = 1, max = 12) int ny,
      @ForAll @IntRange(min = 1, max = 12) int nz,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    double[] affine = new double[16];
    for (int i = 0; i < 12; i++) {
      affine[i] = (float) random.nextGaussian() + (i % 5 == 0 ? 4 : 0);
    }
    affine[15] = 1;
    Grid grid = new Grid(nx, ny, nz, affine);
    float[] voxels = new float[channels * grid.size()];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = (float) random.nextGaussian();
    }
    Path folder = Files.createTempDirectory("property");
    Path path = folder.resolve(zipped ? "T1.nii.gz" : "T1.nii");
    try {
      List<String> names =
          channels == 1 ? List.of("T1") : List.of("T1[0]", "T1[1]", "T1[2]").subList(0, channels);
      Nifti.write(path, new Scan("T1", names, grid, voxels));
      Scan back = Nifti.read(path);
      assertEquals("T1", back.name());
      assertEquals(names, back.channels());
      assertArrayEquals(affine, back.grid().affine(), 1e-6);
      assertArrayEquals(voxels, back.voxels());
    } finally {
      Files.delete(path);
      Files.delete(folder); // Fails if a temporary file were left behind.
    }
  }
}
