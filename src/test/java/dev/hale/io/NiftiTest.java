package dev.hale.io;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Orientation;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NiftiTest {
  private static final int INT16 = 4;

  @TempDir Path folder;

  private NiftiBytes small(boolean two) {
    return NiftiBytes.of(two, LITTLE_ENDIAN, INT16, 2, 3, 4, 5);
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  /** Reading must fail with one line that begins with the file's name and holds the reason. */
  private void refuses(String reason, byte[] bytes) throws IOException {
    Path path = file("bad.nii", bytes);
    String message = assertThrows(DataException.class, () -> Nifti.read(path)).getMessage();
    assertTrue(message.startsWith(path + ": "), message);
    assertTrue(message.contains(reason), message);
    assertFalse(message.contains("\n"), message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void truncatedFilesAreRefused(boolean two) throws IOException {
    byte[] whole = small(two).array();
    refuses("truncated", Arrays.copyOf(whole, whole.length - 1));
    refuses("truncated", Arrays.copyOf(whole, 100));
    refuses("not a NIfTI file", Arrays.copyOf(whole, 3));
    refuses("not a NIfTI file", new byte[0]);
    byte[] zipped = NiftiBytes.gzip(whole);
    refuses("truncated", Arrays.copyOf(zipped, zipped.length - 12));
    refuses("truncated", NiftiBytes.gzip(Arrays.copyOf(whole, whole.length - 1)));
  }

  @Test
  void damagedGzipIsRefused() throws IOException {
    byte[] zipped = NiftiBytes.gzip(small(false).array());
    byte[] checksum = zipped.clone();
    checksum[checksum.length - 6] ^= 1;
    refuses("damaged gzip", checksum);
    byte[] header = zipped.clone();
    header[2] = 77; // Not deflate.
    refuses("damaged gzip", header);
  }

  @Test
  void whatIsNotNiftiIsRefused() throws IOException {
    refuses(
        "not a NIfTI file", "PNG or something else entirely".getBytes(StandardCharsets.US_ASCII));
    NiftiBytes analyze = small(false);
    analyze.bytes.putInt(344, 0);
    refuses("ANALYZE", analyze.array());
    NiftiBytes pair = small(false);
    pair.bytes.put(345, (byte) 'i');
    refuses("detached", pair.array());
    NiftiBytes mangled = small(true);
    mangled.bytes.put(8, (byte) 0);
    refuses("wrong magic", mangled.array());
  }

  @Test
  void missingFilesAndFoldersAreRefused() {
    Path missing = folder.resolve("none.nii");
    assertEquals(
        missing + ": no such file",
        assertThrows(DataException.class, () -> Nifti.read(missing)).getMessage());
    assertEquals(
        folder + ": not a file",
        assertThrows(DataException.class, () -> Nifti.read(folder)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void impossibleSizesAreRefused(boolean two) throws IOException {
    refuses("dimension 2 has size -4", small(two).dim(2, -4).array());
    refuses("dimension 1 has size 0", small(two).dim(1, 0).array());
    refuses("number of dimensions is 9", small(two).dim(0, 9).array());
    refuses("number of dimensions is 0", small(two).dim(0, 0).array());
    refuses("too large", small(two).dim(1, 30000).dim(2, 30000).dim(3, 30000).array());
  }

  @Test
  void sizesThatOverflowALongAreRefused() throws IOException {
    refuses("too large", small(true).dim(1, 1L << 62).dim(2, 1L << 62).dim(3, 16).array());
  }

  /** The header's promise of 4 GB is refused before anything is allocated. */
  @Test
  void aHeaderCannotPromiseMoreThanTheFileHolds() throws IOException {
    byte[] huge = small(false).dim(1, 1290).dim(2, 1290).dim(3, 1290).array();
    refuses("promises", huge);
    refuses("promises", NiftiBytes.gzip(huge));
  }

  @Test
  void bytesBeyondTheHeadersPromiseAreLeftAlone() throws IOException {
    byte[] bytes = small(false).array();
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    System.arraycopy(bytes, 0, noise, 0, bytes.length);
    assertEquals(60, Nifti.read(file("long.nii", noise)).voxels().length);
    assertEquals(60, Nifti.read(file("long.nii.gz", NiftiBytes.gzip(noise))).voxels().length);
  }

  @Test
  void voxelTypesWithoutOneRealNumberAreRefused() throws IOException {
    NiftiBytes colours = small(false);
    colours.bytes.putShort(70, (short) 128);
    refuses("voxel type 128 (colours) is not supported", colours.array());
    NiftiBytes unknown = small(true);
    unknown.bytes.putShort(12, (short) 3);
    refuses("voxel type 3 is not supported", unknown.array());
  }

  @Test
  void headersThatPlaceTheImageNowhereAreRefused() throws IOException {
    refuses("sform is flat", small(false).real(400, 280, 0, 0).array());
    refuses("not finite", small(true).real(400, 280, 1, Double.NaN).array());
    NiftiBytes noVoxelSize = small(false).real(104, 76, 2, 0);
    noVoxelSize.bytes.putShort(254, (short) 0);
    refuses("voxel size along j is 0", noVoxelSize.array());
    NiftiBytes rotation = small(false).real(352, 256, 0, 3);
    rotation.bytes.putShort(252, (short) 1).putShort(254, (short) 0);
    refuses("not a rotation", rotation.array());
    NiftiBytes unit = small(false);
    unit.bytes.put(123, (byte) 5);
    refuses("unknown unit", unit.array());
    NiftiBytes offset = small(false);
    offset.bytes.putFloat(108, 100);
    refuses("voxels would start at byte 100", offset.array());
    refuses("scl_inter", small(false).scale(2, Double.NaN).array());
  }

  @Test
  void slopeZeroMeansNoScaling() throws IOException {
    NiftiBytes bytes = NiftiBytes.of(false, BIG_ENDIAN, INT16, 2, 2, 1, 1).scale(0, 7);
    bytes.bytes.putShort(bytes.voxelStart() + 2, (short) -5);
    assertArrayEquals(new float[] {0, -5}, Nifti.read(file("a.nii", bytes.array())).voxels());
  }

  @Test
  void unitsOfLengthBecomeMillimetres() throws IOException {
    NiftiBytes metres = small(false).real(400, 280, 0, 0.002);
    metres.bytes.put(123, (byte) 1);
    assertEquals(2, Nifti.read(file("a.nii", metres.array())).grid().spacing()[0], 1e-6);
    NiftiBytes micrometres = small(false).real(400, 280, 0, 500);
    micrometres.bytes.put(123, (byte) 3);
    assertEquals(0.5, Nifti.read(file("b.nii", micrometres.array())).grid().spacing()[0], 1e-6);
  }

  @Test
  void severalVolumesBecomeChannelsAndTrailingOnesVanish() throws IOException {
    byte[] four = NiftiBytes.of(false, LITTLE_ENDIAN, INT16, 2, 2, 3, 4, 3).array();
    assertEquals(List.of("a[0]", "a[1]", "a[2]"), Nifti.read(file("a.nii", four)).channels());
    byte[] trailing = NiftiBytes.of(true, LITTLE_ENDIAN, INT16, 2, 2, 3, 4, 1, 1).array();
    Scan scan = Nifti.read(file("b.nii", trailing));
    assertEquals(List.of("b"), scan.channels());
    byte[] flat = NiftiBytes.of(false, LITTLE_ENDIAN, INT16, 2, 7, 5).array();
    assertEquals("7×5×1 voxels", Nifti.read(file("c.nii", flat)).grid().toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMapCarriesTheHeadersOrientationWordForWord(boolean two) throws IOException {
    NiftiBytes bytes = small(two);
    double half = Math.sqrt(0.5);
    for (int i = 0; i < 6; i++) {
      bytes.real(352, 256, i, i == 0 ? half : i < 3 ? 0 : i * 1.1);
    }
    bytes.real(104, 76, 0, -1).real(104, 76, 3, 2.5);
    bytes.real(400, 280, 3, -90.123456789);
    if (two) {
      bytes.bytes.putInt(344, 3).putInt(500, 10);
    } else {
      bytes.bytes.putShort(252, (short) 3).put(123, (byte) 10);
    }
    Grid grid = Nifti.read(file("in.nii", bytes.array())).grid();
    Path map = folder.resolve("map.nii.gz");
    Nifti.writeMap(map, grid, new float[60]);
    Grid back = Nifti.read(map).grid();
    assertEquals(grid, back);
    Orientation before = grid.orientation();
    Orientation after = back.orientation();
    assertEquals(two ? 2 : 1, after.version());
    assertArrayEquals(before.pixdim(), after.pixdim());
    assertArrayEquals(before.quaternion(), after.quaternion());
    assertArrayEquals(before.sform(), after.sform());
    assertEquals(3, after.qformCode());
    assertEquals(1, after.sformCode());
    assertEquals(10, after.xyztUnits());
  }

  @Test
  void orientationHasNoPartInEquality() throws IOException {
    Grid read = Nifti.read(file("a.nii", small(false).array())).grid();
    assertTrue(read.orientation() != null);
    assertEquals(Grid.ofSpacing(3, 4, 5, 1, 1, 1), read);
  }

  @Test
  void masksAreWrittenAsBytes() throws IOException {
    Path path = folder.resolve("mask.nii");
    byte[] mask = {0, 1, 1, 0, 1, 0};
    Nifti.writeMask(path, Grid.ofSpacing(3, 2, 1, 1, 1, 5), mask);
    assertEquals(352 + 6, Files.size(path));
    assertArrayEquals(new float[] {0, 1, 1, 0, 1, 0}, Nifti.read(path).voxels());
  }

  @Test
  void sidesTooLongForVersionOneGetVersionTwo() {
    Path path = folder.resolve("long.nii");
    Grid grid = Grid.ofSpacing(40000, 1, 1, 1, 1, 1);
    Nifti.writeMap(path, grid, new float[40000]);
    assertEquals(2, Nifti.read(path).grid().orientation().version());
  }

  @Test
  void writingRefusesWhatCannotBeWritten() throws IOException {
    Grid grid = Grid.ofSpacing(2, 1, 1, 1, 1, 1);
    for (String name : List.of("map.txt", "none/map.nii")) {
      Path path = folder.resolve(name);
      String message =
          assertThrows(DataException.class, () -> Nifti.writeMap(path, grid, new float[2]))
              .getMessage();
      assertTrue(message.startsWith(path + ": "), message);
    }
    Path path = folder.resolve("map.nii");
    assertThrows(DataException.class, () -> Nifti.writeMap(path, grid, new float[3]));
    assertThrows(DataException.class, () -> Nifti.writeMask(path, grid, new byte[1]));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path path = file("map.nii", new byte[] {1, 2, 3});
    DataException failure =
        assertThrows(
            DataException.class,
            () ->
                AtomicFile.write(
                    path,
                    out -> {
                      out.write(9);
                      throw new IOException("disk full");
                    }));
    assertTrue(failure.getMessage().contains("disk full"));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(path));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(path), left.toList());
    }
  }
}
