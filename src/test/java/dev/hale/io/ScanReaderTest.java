package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanReaderTest {
  private static final Grid GRID = Grid.ofSpacing(2, 2, 1, 1, 1, 3);

  @TempDir Path folder;

  private Path volume(String name, Grid grid, float first) {
    float[] values = new float[grid.size()];
    for (int v = 0; v < values.length; v++) {
      values[v] = first + v;
    }
    Path path = folder.resolve(name);
    Nifti.writeMap(path, grid, values);
    return path;
  }

  @ParameterizedTest
  @CsvSource({
    "FLAIR.nii.gz,FLAIR,''",
    "sub-01_FLAIR.nii.gz,FLAIR,sub-01",
    "sub-01_ses-2_T1w.nii,T1w,sub-01_ses-2",
    "BraTS20_Training_001_t1ce.nii.gz,t1ce,BraTS20_Training_001",
    "BraTS-GLI-00000-000-t2f.nii.gz,t2f,BraTS-GLI-00000-000",
    "patient_scan.nii.gz,patient_scan,''",
    "x.ray.PNG,x.ray,''"
  })
  void channelsAreNamedAfterTheirFiles(String name, String channel, String subject) {
    assertEquals(channel, FileNames.channel(Path.of("some", name)));
    assertEquals(subject, FileNames.subject(Path.of("some", name)));
  }

  @Test
  void filesBecomeChannelsInTheirOrder() {
    Path flair = volume("sub-7_FLAIR.nii.gz", GRID, 1);
    Path t1 = volume("sub-7_T1.nii", GRID, 5);
    Scan scan = ScanReader.read(List.of(flair, t1));
    assertEquals("sub-7", scan.name());
    assertEquals(List.of("FLAIR", "T1"), scan.channels());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, scan.voxels());
    assertEquals(
        List.of("a", "b"), ScanReader.read(List.of(flair, t1), List.of("a", "b")).channels());
  }

  @Test
  void aScanIsNamedAfterItsSubjectFolderOrFile() {
    Path flair = volume("FLAIR.nii.gz", GRID, 1);
    Path t1 = volume("T1.nii.gz", GRID, 1);
    assertEquals(folder.getFileName().toString(), ScanReader.read(List.of(flair, t1)).name());
    assertEquals("FLAIR", ScanReader.read(List.of(flair)).name());
  }

  @Test
  void contrastSynonymsStayApart() {
    List<Path> files =
        List.of(
            volume("a_T1c.nii", GRID, 1), volume("a_T1CE.nii", GRID, 1),
            volume("a_T1Gd.nii", GRID, 1), volume("a_T1POST.nii", GRID, 1));
    assertEquals(List.of("T1c", "T1CE", "T1Gd", "T1POST"), ScanReader.read(files).channels());
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() {
    Path flair = volume("FLAIR.nii.gz", GRID, 1);
    Path larger = volume("T1.nii.gz", Grid.ofSpacing(3, 2, 1, 1, 1, 3), 1);
    double[] affine = GRID.affine();
    affine[3] = 12.5;
    Path moved = volume("T2.nii.gz", new Grid(2, 2, 1, affine), 1);
    refused("FLAIR.nii.gz has 2×2×1 voxels", () -> ScanReader.read(List.of(flair, larger)));
    refused("T1.nii.gz has 3×2×1 voxels", () -> ScanReader.read(List.of(flair, larger)));
    refused("up to 12.50 mm apart", () -> ScanReader.read(List.of(flair, moved)));
    refused("two channels are named FLAIR", () -> ScanReader.read(List.of(flair, flair)));
    refused("no scan files", () -> ScanReader.read(List.of()));
    refused(
        "2 channel names (a, b) for 1", () -> ScanReader.read(List.of(flair), List.of("a", "b")));
    refused("unknown kind of file", () -> ScanReader.read(List.of(folder.resolve("a.dcm"))));
  }

  @Test
  void headersThatDifferByRoundingAgree() {
    double[] affine = GRID.affine();
    affine[3] = 1e-3;
    Path flair = volume("FLAIR.nii.gz", GRID, 1);
    Path t1 = volume("T1.nii.gz", new Grid(2, 2, 1, affine), 1);
    assertEquals(GRID, ScanReader.read(List.of(flair, t1)).grid());
  }

  @Test
  void anyLabelIsMask() {
    Path path = folder.resolve("seg.nii");
    Nifti.writeMap(path, GRID, new float[] {0, 0.99999994f, 4, 2});
    assertArrayEquals(new byte[] {0, 1, 1, 1}, ScanReader.readMask(path, GRID, "scan").voxels());
    Grid other = Grid.ofSpacing(4, 1, 1, 1, 1, 1);
    refused("scan has 4×1×1", () -> ScanReader.readMask(path, other, "scan"));
  }

  @Test
  void greyPicturesAreReadAsStored() throws IOException {
    BufferedImage eight = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage sixteen = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
    BufferedImage colours = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    float[] expected = {0, 50, 100, 150, 200, 250};
    float[] expected16 = new float[6];
    for (int p = 0; p < 6; p++) {
      int value = (int) expected[p];
      eight.getRaster().setSample(p % 3, p / 3, 0, value);
      sixteen.getRaster().setSample(p % 3, p / 3, 0, 257 * value + 1);
      expected16[p] = 257 * value + 1;
      colours.setRGB(p % 3, p / 3, value * 0x010101);
    }
    Scan scan = ScanReader.read(List.of(picture(eight, "png", "8.png")));
    assertEquals(Grid.ofSpacing(3, 2, 1, 1, 1, 1), scan.grid());
    assertArrayEquals(expected, scan.voxels());
    assertArrayEquals(expected16, Picture.read(picture(sixteen, "png", "16.png")).voxels());
    assertArrayEquals(expected, Picture.read(picture(colours, "png", "rgb.png")).voxels());
    float[] jpeg = Picture.read(picture(eight, "jpg", "8.jpg")).voxels();
    assertArrayEquals(expected, jpeg, 12);
    colours.setRGB(1, 1, 0xff0000);
    Path red = picture(colours, "png", "red.png");
    refused("red.png: is a colour picture", () -> Picture.read(red));
  }

  @Test
  void damagedPicturesAreRefused() throws IOException {
    Path good = picture(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY), "png", "good.png");
    byte[] bytes = Files.readAllBytes(good);
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, bytes.length / 2));
    refused("cut.png: damaged picture", () -> Picture.read(cut));
    Path text = Files.writeString(folder.resolve("text.jpg"), "no picture at all");
    refused("text.jpg: not a PNG or JPEG picture", () -> Picture.read(text));
    byte[] wide = bytes.clone();
    wide[16] = 0x10; // Width of 2²⁸ in the PNG header.
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(wide, 12, 17);
    for (int b = 0; b < 4; b++) {
      wide[29 + b] = (byte) (crc.getValue() >> (24 - 8 * b));
    }
    Path bomb = Files.write(folder.resolve("bomb.png"), wide);
    refused("bomb.png: 268435520×64 pixels", () -> Picture.read(bomb));
    refused("no such file", () -> Picture.read(folder.resolve("none.png")));
  }

  private Path picture(BufferedImage image, String format, String name) throws IOException {
    File file = folder.resolve(name).toFile();
    assertTrue(ImageIO.write(image, format, file));
    return file.toPath();
  }

  private static void refused(String reason, Executable action) {
    String message = assertThrows(DataException.class, action).getMessage();
    assertTrue(message.contains(reason) && !message.contains("\n"), message);
  }
}
