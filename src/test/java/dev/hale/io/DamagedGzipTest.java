package dev.hale.io;

import static dev.hale.io.Damage.join;
import static dev.hale.io.Damage.part;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a .nii.gz on its way, it is read as it was or not at all. */
class DamagedGzipTest {
  private static final int MUTANTS = 600;
  private static final int INT16 = 4;
  private static final byte[] NAME = "FLAIR.nii\0".getBytes(StandardCharsets.US_ASCII);

  /** Of the gzip header: magic, method, flags, time, extra flags, system, name. */
  private static final int HEADER = 10 + NAME.length;

  private static final int TRAILER = 8;

  @TempDir Path folder;
  private byte[] plain;
  private byte[] sound;
  private Path path;
  private Scan scan;

  @BeforeEach
  void makeSoundFile() throws IOException {
    NiftiBytes nifti = NiftiBytes.of(false, ByteOrder.LITTLE_ENDIAN, INT16, 2, 24, 20, 16);
    SplittableRandom random = new SplittableRandom(4);
    for (int v = 0; v < 24 * 20 * 16; v++) {
      boolean brain = Math.hypot(v % 24 - 12, v / 24 % 20 - 10) < 9;
      int value = brain ? 400 + random.nextInt(60) : 0;
      nifti.bytes.putShort(nifti.voxelStart() + 2 * v, (short) value);
    }
    plain = nifti.array();
    byte[] zipped = NiftiBytes.gzip(plain);
    byte[] header = {0x1f, (byte) 0x8b, 8, 8, 1, 2, 3, 4, 2, (byte) 255};
    sound = join(header, NAME, part(zipped, 10, zipped.length));
    path = folder.resolve("FLAIR.nii.gz");
    Files.write(path, sound);
    scan = Nifti.read(path);
  }

  /**
   * A mutant that is read must be one whose voxels and NIfTI header came through the checksum. That
   * is only so where the damage lies in what gzip does not check, see {@link #harmless}; these are
   * counted so that they hide nothing.
   */
  @ParameterizedTest
  @EnumSource(Damage.class)
  void noDamageIsSilent(Damage damage) throws IOException {
    SplittableRandom random = new SplittableRandom(22);
    int refused = 0;
    int harmless = 0;
    int falsified = 0;
    int unexplained = 0;
    for (int m = 0; m < MUTANTS; m++) {
      Damage.Mutant mutant = damage.of(sound, random);
      if (refuses(mutant.bytes())) {
        refused++;
      } else if (!same(Nifti.read(path))) {
        falsified++;
      } else if (harmless(mutant)) {
        harmless++;
      } else {
        unexplained++;
      }
    }
    String counts =
        "%s: %d refused, %d harmless, %d falsified, %d unexplained"
            .formatted(damage, refused, harmless, falsified, unexplained);
    assertEquals(0, falsified, counts);
    assertEquals(0, unexplained, counts);
    assertTrue(harmless <= 5, counts);
    assertEquals(MUTANTS, refused + harmless, counts);
  }

  /** Time, system and name of the file that was packed are in the header of gzip, unchecked. */
  @Test
  void harmlessIsWhatGzipDoesNotCheck() throws IOException {
    for (int at = 4; at < HEADER - 1; at++) {
      byte[] bytes = sound.clone();
      bytes[at] ^= 0x10;
      assertFalse(refuses(bytes), "byte " + at);
      assertTrue(same(Nifti.read(path)), "byte " + at);
      assertTrue(harmless(new Damage.Mutant(bytes, at, at + 1)));
    }
    byte[] other = plain; // Anything but the sound file.
    assertFalse(harmless(new Damage.Mutant(other, 0, HEADER)));
    assertFalse(harmless(new Damage.Mutant(other, HEADER, HEADER + 1)));
    assertFalse(
        harmless(new Damage.Mutant(other, sound.length - TRAILER, sound.length - TRAILER + 1)));
  }

  @ParameterizedTest
  @EnumSource(names = {"BIT_FLIPPED", "BLOCK_ZEROED"})
  void everyByteOfChecksumAndLengthIsChecked(Damage damage) throws IOException {
    for (int at = sound.length - TRAILER; at < sound.length; at++) {
      byte[] bytes = sound.clone();
      bytes[at] = damage == Damage.BLOCK_ZEROED && bytes[at] != 0 ? 0 : (byte) (bytes[at] ^ 1);
      Files.write(path, bytes);
      assertEquals(
          path + ": damaged gzip data (Corrupt GZIP trailer); copy or download it again",
          assertThrows(DataException.class, () -> Nifti.read(path)).getMessage());
    }
  }

  /** Padding, garbage behind the stream, and packing in several parts are no damage. */
  @Test
  void soundFilesMayHoldMoreThanVoxels() throws IOException {
    byte[] padded = NiftiBytes.gzip(Arrays.copyOf(plain, plain.length + (1 << 20)));
    assertFalse(refuses(padded));
    assertTrue(same(Nifti.read(path)));
    assertFalse(refuses(join(sound, new byte[3000])));
    assertTrue(same(Nifti.read(path)));
    byte[] parts =
        join(
            NiftiBytes.gzip(part(plain, 0, 1000)),
            NiftiBytes.gzip(new byte[0]),
            NiftiBytes.gzip(part(plain, 1000, plain.length)),
            NiftiBytes.gzip(new byte[100]));
    assertFalse(refuses(parts));
    assertTrue(same(Nifti.read(path)));
    parts[parts.length - 6] ^= 1;
    assertTrue(refuses(parts));
  }

  /** The stream's end is cut off: who reads on without bound meets that first. */
  @Test
  void moreThanTheHeaderPromisesIsNotUnpackedForEver() throws IOException {
    byte[] bomb = NiftiBytes.gzip(Arrays.copyOf(plain, 40 << 20));
    Files.write(path, Arrays.copyOf(bomb, bomb.length - 100));
    assertEquals(
        path
            + ": more than 1048576 bytes follow the 15712 that its header promises;"
            + " unpack it to .nii if they are meant to be there",
        assertThrows(DataException.class, () -> Nifti.read(path)).getMessage());
    Path unpacked = Files.write(folder.resolve("a.nii"), Arrays.copyOf(plain, 40 << 20));
    assertArrayEquals(scan.voxels(), Nifti.read(unpacked).voxels());
  }

  @Test
  void aHostOfEmptyPartsIsRefused() throws IOException {
    byte[] empty = NiftiBytes.gzip(new byte[0]);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(sound);
    for (int n = 0; n < 300_000; n++) {
      bytes.write(empty);
    }
    assertTrue(refuses(bytes.toByteArray()));
  }

  /** Whether reading fails as it should, with one line that begins with the file's name. */
  private boolean refuses(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    try {
      Nifti.read(path);
      return false;
    } catch (DataException e) {
      assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
      return true;
    }
  }

  private boolean same(Scan read) {
    return Arrays.equals(scan.voxels(), read.voxels())
        && scan.channels().equals(read.channels())
        && Arrays.equals(encoded(scan), encoded(read));
  }

  /** Size and orientation to the last bit. */
  private static byte[] encoded(Scan scan) {
    return NiftiHeader.encode(scan.grid(), scan.channels().size(), NiftiType.FLOAT32);
  }

  /**
   * Whether the damage is in what gzip does not check: notes in its header behind the method; the
   * bits that fill the last byte of the data; anything behind the trailer; or zeros in the place of
   * zeros.
   */
  private boolean harmless(Damage.Mutant mutant) {
    int lastData = sound.length - TRAILER - 1;
    boolean notes = mutant.from() >= 3 && mutant.to() < HEADER;
    boolean filling =
        mutant.from() == lastData
            && mutant.to() == lastData + 1
            && mutant.bytes().length == sound.length;
    boolean behind = mutant.from() == sound.length;
    return notes || filling || behind || Arrays.equals(mutant.bytes(), sound);
  }
}
