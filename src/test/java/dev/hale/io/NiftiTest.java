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
    refuses("header of an .hdr/.img pair; name it .hdr", pair.array());
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
    NiftiBytes offset = small(false);
    offset.bytes.putFloat(108, 100);
    refuses("voxels would start at byte 100", offset.array());
    refuses("scl_inter", small(false).scale(2, Double.NaN).array());
  }

  /** As ANTs and others write it, and as ITK reads it. */
  @Test
  void anSformThatPlacesNothingGivesWayToASoundQform() throws IOException {
    for (double broken : new double[] {0, Double.NaN}) {
      NiftiBytes bytes = small(false);
      for (int i = 0; i < 12; i++) {
        bytes.real(400, 280, i, broken);
      }
      bytes.real(352, 256, 3, -80).real(352, 256, 4, -70);
      bytes.bytes.putShort(252, (short) 1);
      Scan scan = Nifti.read(file("a.nii", bytes.array()));
      assertArrayEquals(
          new double[] {1, 0, 0, -80, 0, 1, 0, -70, 0, 0, 1, 0, 0, 0, 0, 1}, scan.grid().affine());
      String warning = scan.warnings(new byte[scan.grid().size()]).get(0);
      assertTrue(warning.startsWith("scan a: its sform "), warning);
      assertTrue(warning.endsWith("; the qform says where it lies"), warning);
      Path copy = folder.resolve("copy.nii");
      Nifti.writeMap(copy, scan.grid(), scan.voxels());
      assertEquals(scan.grid(), Nifti.read(copy).grid());
      assertEquals(List.of(), Nifti.read(copy).grid().orientation().remarks());
    }
  }

  @Test
  void anUnknownUnitIsTakenForMillimetresAndSaid() throws IOException {
    NiftiBytes unit = small(false);
    unit.bytes.put(123, (byte) (5 | 8));
    Scan scan = Nifti.read(file("a.nii", unit.array()));
    assertEquals(1, scan.grid().spacing()[0]);
    assertEquals(
        List.of("scan a: its unit of length has the unknown code 5 and is taken for mm"),
        scan.warnings(new byte[scan.grid().size()]));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrailingDimensionOfNoSizeIsNone(boolean two) throws IOException {
    byte[] bytes = NiftiBytes.of(two, LITTLE_ENDIAN, INT16, 2, 2, 3, 4, 1).dim(4, 0).array();
    Scan scan = Nifti.read(file("a.nii", bytes));
    assertEquals(List.of("a"), scan.channels());
    assertEquals(24, scan.voxels().length);
  }

  /** The same image in one file, and in two of any kind. */
  @ParameterizedTest
  @ValueSource(strings = {".hdr .img", ".hdr.gz .img.gz", ".hdr .img.gz", ".HDR .IMG"})
  void aPairIsReadAsTheSingleFileThatItWouldBe(String endings) throws IOException {
    NiftiBytes bytes = NiftiBytes.of(false, BIG_ENDIAN, INT16, 2, 2, 3, 4).scale(2, 1);
    for (int v = 0; v < 24; v++) {
      bytes.bytes.putShort(bytes.voxelStart() + 2 * v, (short) (100 * v));
    }
    Scan single = Nifti.read(file("single.nii", bytes.array()));
    NiftiBytes header = NiftiBytes.of(false, BIG_ENDIAN, INT16, 2, 2, 3, 4).scale(2, 1);
    header.bytes.put(345, (byte) 'i').putFloat(108, 0);
    byte[] voxels = Arrays.copyOfRange(bytes.array(), bytes.voxelStart(), bytes.array().length);
    String[] ending = endings.split(" ", -1);
    byte[][] parts = {Arrays.copyOf(header.array(), 348), voxels};
    for (int part = 0; part < 2; part++) {
      boolean zipped = ending[part].endsWith("gz");
      file("a_FLAIR" + ending[part], zipped ? NiftiBytes.gzip(parts[part]) : parts[part]);
    }
    for (String half : ending) {
      Scan pair = ScanReader.read(List.of(folder.resolve("a_FLAIR" + half)));
      assertEquals("a", pair.name());
      assertEquals(List.of("FLAIR"), pair.channels());
      assertEquals(single.grid(), pair.grid());
      assertArrayEquals(single.voxels(), pair.voxels());
    }
    assertEquals(
        2, ScanReader.filesOf(folder.resolve("a_FLAIR" + ending[1])).size(), "both are hashed");
    Path image = file("a_FLAIR" + ending[1], new byte[7]);
    String message = assertThrows(DataException.class, () -> Nifti.read(image)).getMessage();
    assertTrue(message.startsWith(image + ": truncated"), message);
    Path start = file("a_FLAIR" + ending[0], new byte[7]);
    String other = assertThrows(DataException.class, () -> Nifti.read(image)).getMessage();
    assertTrue(other.startsWith(start + ": not a NIfTI file"), other);
    header.real(104, 76, 3, -0.0).bytes.putShort(254, (short) 0);
    byte[] flat = Arrays.copyOf(header.array(), 348);
    file("a_FLAIR" + ending[1], ending[1].endsWith("gz") ? NiftiBytes.gzip(voxels) : voxels);
    file("a_FLAIR" + ending[0], ending[0].endsWith("gz") ? NiftiBytes.gzip(flat) : flat);
    String where = assertThrows(DataException.class, () -> Nifti.read(image)).getMessage();
    assertTrue(where.startsWith(start + ": voxel size along k is"), where);
  }

  /** Voxel sizes and SPM's scale, nothing of where left is. */
  @Test
  void analyzeIsReadAsSpmDoesAndSaysThatSidesAreNotKnown() throws IOException {
    NiftiBytes header = NiftiBytes.of(false, LITTLE_ENDIAN, INT16, 2, 3, 1, 1).scale(0.5, 99);
    header.real(104, 76, 1, 2);
    header.bytes.putInt(344, 0).putShort(252, (short) 77).putShort(254, (short) 88);
    header.bytes.putFloat(108, 0);
    file("old.hdr", Arrays.copyOf(header.array(), 348));
    Path image = file("old.img", new byte[] {2, 0, 4, 0, 6, 0});
    Scan scan = Nifti.read(image);
    assertArrayEquals(new float[] {1, 2, 3}, scan.voxels());
    assertArrayEquals(new double[] {2, 1, 1}, scan.grid().spacing());
    assertTrue(scan.grid().affine()[0] < 0, "x falls along i");
    String warning = scan.warnings(new byte[3]).get(0);
    assertTrue(warning.contains("ANALYZE 7.5, which does not say where left is"), warning);
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

  @Test
  void aDeviceIsNotReplacedByAFile() throws IOException {
    Path device = Files.createSymbolicLink(folder.resolve("map.nii"), Path.of("/dev/null"));
    DataException failure =
        assertThrows(DataException.class, () -> AtomicFile.write(device, out -> out.write(9)));
    assertTrue(failure.getMessage().contains("it is not a file"), failure.getMessage());
    assertTrue(Files.isSymbolicLink(device));
  }
}
