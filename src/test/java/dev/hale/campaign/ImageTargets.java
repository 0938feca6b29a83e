package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.io.Nifti;
import dev.hale.io.NiftiBytes;
import dev.hale.io.Npy;
import dev.hale.io.NpyArray;
import dev.hale.io.Picture;
import dev.hale.scan.Scan;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;

/** Images: NIfTI of all kinds, arrays, pictures. */
final class ImageTargets {
  private static final int INT16 = 4;
  private static final int FLOAT32 = 16;
  private static final int VALUES = 6 * 5 * 4;

  private final Path folder;

  private ImageTargets(Path folder) {
    this.folder = folder;
  }

  /** All of them, in that folder. */
  static List<Target> in(Path folder) throws IOException {
    ImageTargets targets = new ImageTargets(folder);
    List<Target> all = new ArrayList<>();
    all.add(targets.nifti("NIfTI-1", false));
    all.add(targets.nifti("NIfTI-2", true));
    all.add(targets.gzip("NIfTI-1, gzip damaged", false).withShare(12));
    all.add(targets.gzip("NIfTI-2, gzip damaged", true));
    all.add(targets.nifti("NIfTI-1, damaged, then gzipped", false).wrapped(NiftiBytes::gzip));
    all.add(targets.header());
    all.add(targets.voxels());
    all.add(targets.npy());
    all.add(targets.png());
    all.add(targets.mendedPng());
    all.add(targets.jpeg());
    return all;
  }

  /** Of 6×5×4 voxels: little and big endian, int16 and float32. */
  private static List<byte[]> plain(boolean two) {
    List<byte[]> files = new ArrayList<>();
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      NiftiBytes shorts = NiftiBytes.of(two, order, INT16, 2, 6, 5, 4);
      NiftiBytes floats = NiftiBytes.of(two, order, FLOAT32, 4, 6, 5, 4).scale(2, -1);
      for (int v = 0; v < VALUES; v++) {
        shorts.bytes.putShort(shorts.voxelStart() + 2 * v, (short) (v * v - 50));
        floats.bytes.putFloat(floats.voxelStart() + 4 * v, v / 7f);
      }
      files.add(shorts.array());
      files.add(floats.array());
    }
    return files;
  }

  private Target nifti(String name, boolean two) {
    Path file = folder.resolve("image.nii");
    List<byte[]> seeds = plain(two);
    return Target.of(name, file, seeds, written -> requireTrue(file, unpacked(written), seeds));
  }

  /** What Java unpacks to its end is what is read; anything else is refused. */
  private Target gzip(String name, boolean two) {
    Path file = folder.resolve("image.nii.gz");
    List<byte[]> plain = plain(two);
    List<byte[]> seeds = plain.stream().map(NiftiBytes::gzip).toList();
    return Target.of(
        name,
        file,
        seeds,
        written -> {
          Scan scan = Nifti.read(file);
          byte[] content = unpacked(written);
          assertTrue(
              plain.stream().anyMatch(sound -> startsWith(content, sound)),
              "what was read came through no checksum");
          requireVoxels(scan, content, plain);
        });
  }

  private static byte[] unpacked(byte[] written) throws IOException {
    boolean zipped = written.length > 1 && written[0] == 0x1f && written[1] == (byte) 0x8b;
    return zipped ? new GZIPInputStream(new ByteArrayInputStream(written)).readAllBytes() : written;
  }

  private static void requireTrue(Path file, byte[] content, List<byte[]> sound) {
    requireVoxels(Nifti.read(file), content, sound);
  }

  /**
   * Where the header is that of a sound file, the voxels are those that follow it, as they stand.
   */
  private static void requireVoxels(Scan scan, byte[] content, List<byte[]> sound) {
    assertEquals(scan.channels().size() * scan.grid().size(), scan.voxels().length);
    for (byte[] file : sound) {
      boolean two = file[0] != 0x5c && file[3] != 0x5c;
      int start = two ? 544 : 352;
      if (startsWith(content, Arrays.copyOf(file, start))) {
        assertArrayEquals(voxels(content, start, two), scan.voxels());
      }
    }
  }

  private static float[] voxels(byte[] content, int start, boolean two) {
    ByteBuffer b = ByteBuffer.wrap(content);
    b.order(content[0] == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean shorts = b.getShort(two ? 12 : 70) == INT16;
    float[] values = new float[VALUES];
    for (int v = 0; v < VALUES; v++) {
      values[v] =
          shorts ? b.getShort(start + 2 * v) : (float) (2.0 * b.getFloat(start + 4 * v) - 1);
    }
    return values;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /** Headers of pairs, as NIfTI and as ANALYZE, their voxels sound. */
  private Target header() throws IOException {
    Path pair = Files.createDirectory(folder.resolve("header"));
    byte[] nifti = Arrays.copyOf(plain(false).get(0), 348);
    nifti[345] = 'i';
    ByteBuffer.wrap(nifti).putFloat(108, 0);
    byte[] analyze = nifti.clone();
    Arrays.fill(analyze, 344, 348, (byte) 0);
    Files.write(
        pair.resolve("image.img"), Arrays.copyOfRange(plain(false).get(0), 352, 352 + 2 * VALUES));
    Path file = pair.resolve("image.hdr");
    return Target.of(
        "header of a pair",
        file,
        List.of(nifti, analyze),
        written -> {
          Scan scan = Nifti.read(file);
          assertEquals(scan.channels().size() * scan.grid().size(), scan.voxels().length);
        });
  }

  private Target voxels() throws IOException {
    Path pair = Files.createDirectory(folder.resolve("voxels"));
    byte[] single = plain(false).get(0);
    byte[] header = Arrays.copyOf(single, 348);
    header[345] = 'i';
    ByteBuffer.wrap(header).putFloat(108, 0);
    Files.write(pair.resolve("image.hdr"), header);
    Path file = pair.resolve("image.img");
    return Target.of(
        "voxels of a pair",
        file,
        List.of(Arrays.copyOfRange(single, 352, single.length)),
        written -> {
          Scan scan = Nifti.read(file);
          ByteBuffer b = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN);
          for (int v = 0; v < VALUES; v++) {
            assertEquals(b.getShort(2 * v), scan.voxels()[v]);
          }
        });
  }

  private Target npy() throws IOException {
    Path file = folder.resolve("array.npy");
    float[] values = new float[60];
    for (int v = 0; v < values.length; v++) {
      values[v] = v * v;
    }
    Npy.write(file, new int[] {5, 12}, values);
    byte[] floats = Files.readAllBytes(file);
    Npy.write(file, new int[] {3, 4}, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    byte[] longs = Files.readAllBytes(file);
    int start = floats.length - 4 * values.length;
    return Target.of(
        "npy",
        file,
        List.of(floats, longs),
        written -> {
          NpyArray array = Npy.read(file);
          float[] read = array.floats();
          assertEquals(Arrays.stream(array.shape()).reduce(1, (a, b) -> a * b), read.length);
          if (startsWith(written, Arrays.copyOf(floats, start))) {
            ByteBuffer b = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN);
            for (int v = 0; v < read.length; v++) {
              assertEquals(b.getFloat(start + 4 * v), read[v]);
            }
          }
        });
  }

  private static BufferedImage image(int type, int seed) {
    BufferedImage image = new BufferedImage(13, 9, type);
    SplittableRandom random = new SplittableRandom(seed);
    for (int p = 0; p < 13 * 9; p++) {
      int grey = 50 + random.nextInt(100);
      for (int band = 0; band < image.getRaster().getNumBands(); band++) {
        image.getRaster().setSample(p % 13, p / 13, band, grey);
      }
    }
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out));
    return out.toByteArray();
  }

  private static List<byte[]> pngs() throws IOException {
    return List.of(
        encoded(image(BufferedImage.TYPE_BYTE_GRAY, 1), "png"),
        encoded(image(BufferedImage.TYPE_USHORT_GRAY, 2), "png"),
        encoded(image(BufferedImage.TYPE_3BYTE_BGR, 3), "png"),
        encoded(image(BufferedImage.TYPE_BYTE_INDEXED, 4), "png"));
  }

  /** Everything in a PNG but its end is under a checksum. */
  private Target png() throws IOException {
    Path file = folder.resolve("picture.png");
    List<byte[]> seeds = pngs().subList(0, 3);
    List<float[]> pixels = new ArrayList<>();
    for (byte[] seed : seeds) {
      pixels.add(Picture.read(Files.write(file, seed)).voxels());
    }
    return Target.of(
        "PNG",
        file,
        seeds,
        written -> {
          float[] read = Picture.read(file).voxels();
          assertTrue(
              pixels.stream().anyMatch(sound -> Arrays.equals(sound, read)), "pixels have changed");
        });
  }

  private Target mendedPng() throws IOException {
    Path file = folder.resolve("picture.png");
    return Target.of("PNG, checksums mended", file, pngs().subList(0, 3), w -> Picture.read(file))
        .wrapped(ImageTargets::mended);
  }

  /** The same with a right checksum behind every chunk. */
  private static byte[] mended(byte[] png) {
    byte[] bytes = png.clone();
    ByteBuffer b = ByteBuffer.wrap(bytes);
    for (long at = 8; at + 12 <= bytes.length; ) {
      long end = at + 8 + (b.getInt((int) at) & 0xffff_ffffL);
      if (end + 4 <= bytes.length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, (int) at + 4, (int) (end - at) - 4);
        b.putInt((int) end, (int) crc.getValue());
      }
      at = end + 4;
    }
    return bytes;
  }

  /** JPEG has no checksum. */
  private Target jpeg() throws IOException {
    Path file = folder.resolve("picture.jpg");
    List<byte[]> seeds =
        List.of(
            encoded(image(BufferedImage.TYPE_BYTE_GRAY, 1), "jpg"),
            encoded(image(BufferedImage.TYPE_BYTE_GRAY, 2), "jpg"));
    return Target.of("JPEG", file, seeds, written -> Picture.read(file));
  }
}
