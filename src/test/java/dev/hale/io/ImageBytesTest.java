package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in memory against the same ones in files. */
final class ImageBytesTest {
  private static final Grid GRID = Grid.ofSpacing(3, 2, 2, 1, 1, 3);

  @TempDir Path folder;
  private Path flair;
  private Path t1;

  @BeforeEach
  void files() {
    flair = folder.resolve("sub-7_FLAIR.nii.gz");
    t1 = folder.resolve("sub-7_T1.nii");
    Nifti.writeMap(flair, GRID, values(1));
    Nifti.writeMap(t1, GRID, values(20));
  }

  @Test
  void bytesGiveTheScanThatTheFilesGive() throws IOException {
    Scan scan = ScanReader.readAll(List.of(bytes(flair), bytes(t1)), List.of());
    assertSame(ScanReader.read(List.of(flair, t1)), scan);
    assertEquals("sub-7", scan.name());
    assertEquals(
        List.of("a", "b"),
        ScanReader.readAll(List.of(bytes(flair), bytes(t1)), List.of("a", "b")).channels());
    assertSame(
        ScanReader.read(List.of(flair)),
        ScanReader.read("sub-7_FLAIR.nii.gz", Files.readAllBytes(flair)));
  }

  @Test
  void aStreamIsReadToItsEndAndStaysOpen() throws IOException {
    boolean[] closed = {false};
    InputStream in =
        new ByteArrayInputStream(Files.readAllBytes(flair)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    Scan scan = ScanReader.read("s3://bucket/sub-7_FLAIR.nii.gz", in);
    assertSame(ScanReader.read(List.of(flair)), scan);
    assertEquals(-1, in.read());
    assertEquals(false, closed[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLAIR", "FLAIR.nii", "FLAIR.nii.gz"})
  void theContentSaysWhetherItIsGzipped(String name) throws IOException {
    assertArrayEquals(values(1), ScanReader.read(name, Files.readAllBytes(flair)).voxels());
    Scan plain = ScanReader.read(name, Files.readAllBytes(t1));
    assertArrayEquals(values(20), plain.voxels());
    assertEquals(List.of("FLAIR"), plain.channels());
  }

  @Test
  void aPictureIsFoundByItsContent() throws IOException {
    Grid flat = Grid.ofSpacing(3, 2, 1, 1, 1, 1);
    Path png = folder.resolve("chest.png");
    Picture.write(png, flat, new float[] {0, 50, 100, 150, 200, 250}, 255);
    assertSame(Picture.read(png), ScanReader.read("chest", Files.readAllBytes(png)));
  }

  @Test
  void severalAreNamedAfterTheFolderBeforeTheFirst() throws IOException {
    byte[] content = Files.readAllBytes(flair);
    ImageBytes first = new ImageBytes("archive/patient3/FLAIR.nii.gz", content);
    ImageBytes second = new ImageBytes("archive/patient3/T1.nii.gz", content);
    assertEquals("patient3", ScanReader.readAll(List.of(first, second), List.of()).name());
    assertEquals("FLAIR", ScanReader.readAll(List.of(first), List.of()).name());
  }

  @Test
  void aMaskIsReadByTheSameRule() throws IOException {
    Path file = folder.resolve("seg.nii.gz");
    Nifti.writeMap(file, GRID, new float[] {0, 1, 4, 2, 0, 0, 0, 0, 0, 0, 0, 1});
    Mask expected = ScanReader.readMask(file, GRID, "scan");
    Mask found = ScanReader.readMask(bytes(file), GRID, "scan");
    assertArrayEquals(expected.voxels(), found.voxels());
    assertEquals("seg.nii.gz", found.file());
    refused(
        "grids differ: seg.nii.gz has 3×2×2 voxels, scan has 3×2×1 voxels; resample one onto the"
            + " other",
        () -> ScanReader.readMask(bytes(file), Grid.ofSpacing(3, 2, 1, 1, 1, 3), "scan"));
  }

  @Test
  void whatCannotBeReadIsNamedAsTheCallerNamesIt() throws IOException {
    byte[] content = Files.readAllBytes(flair);
    String name = "study/FLAIR.nii.gz";
    refused(
        "study/FLAIR.nii.gz: truncated; copy or download it again",
        () -> ScanReader.read(name, Arrays.copyOf(content, content.length / 2)));
    refused(
        "study/FLAIR.nii.gz: not a NIfTI file: it ends after 0 bytes",
        () -> ScanReader.read(name, new byte[0]));
    refused(
        "x.png: not a PNG or JPEG picture", () -> ScanReader.read("x.png", new byte[] {1, 2, 3}));
    refused("study/FLAIR.nii.gz: there are no bytes", () -> ScanReader.read(name, (byte[]) null));
    refused("the bytes of an image have no name", () -> ScanReader.read(null, content));
    refused("no images given", () -> ScanReader.readAll(List.of(), List.of()));
    InputStream broken = Files.newInputStream(flair);
    broken.close();
    refused(
        "study/FLAIR.nii.gz: cannot be read: ClosedChannelException",
        () -> ScanReader.read(name, broken));
  }

  private static ImageBytes bytes(Path file) throws IOException {
    return new ImageBytes(file.getFileName().toString(), Files.readAllBytes(file));
  }

  private static float[] values(int first) {
    float[] values = new float[GRID.size()];
    for (int v = 0; v < values.length; v++) {
      values[v] = first + v;
    }
    return values;
  }

  private static void assertSame(Scan expected, Scan found) {
    assertEquals(expected.name(), found.name());
    assertEquals(expected.channels(), found.channels());
    assertEquals(expected.grid(), found.grid());
    assertArrayEquals(expected.voxels(), found.voxels());
  }

  private static void refused(String message, Executable action) {
    assertEquals(message, assertThrows(DataException.class, action).getMessage());
  }
}
