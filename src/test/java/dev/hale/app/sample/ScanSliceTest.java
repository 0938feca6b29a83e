package dev.hale.app.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.app.detect.BrainSource;
import dev.hale.io.Nifti;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanSliceTest {
  private static final Preprocessing IMAGES =
      new Preprocessing(List.of("FLAIR"), 16, 2, Axis.AXIAL);
  private static final Grid GRID = Grid.ofSpacing(16, 16, 10, 2, 2, 3);

  @TempDir Path folder;

  @BeforeEach
  void write() {
    write(folder);
  }

  /** Nothing in slice 0, most brain in slice 7. */
  private static void write(Path folder) {
    float[] voxels = new float[GRID.size()];
    for (int k = 1; k < 10; k++) {
      int half = k == 7 ? 6 : 4;
      for (int j = 8 - half; j < 8 + half; j++) {
        for (int i = 8 - half; i < 8 + half; i++) {
          voxels[GRID.index(i, j, k)] = 100 + 10 * k + i + j;
        }
      }
    }
    Nifti.write(folder.resolve("FLAIR.nii.gz"), new Scan("FLAIR", List.of("FLAIR"), GRID, voxels));
  }

  private ScanSlice.Image read(String place) {
    return new ScanSlice(folder, Optional.ofNullable(place), Optional.empty()).read(IMAGES, 0);
  }

  private String refusal(String place) {
    return assertThrows(DataException.class, () -> read(place)).getMessage();
  }

  @Test
  void theSliceWithMostBrainIsTakenUnlessOneIsNamed() {
    assertEquals(7, read(null).slice());
    assertEquals(16 * 16, read(null).pixels().length);
  }

  @Test
  void aSliceHasANumberAndAPlace() {
    assertEquals(4, read("4").slice());
    assertEquals(4, read("12mm").slice());
    assertEquals(4, read("13.4 mm").slice());
    assertEquals(5, read("13.6mm").slice());
  }

  @Test
  void theBrainIsFoundUnlessThereIsAMask() {
    byte[] brain = new byte[GRID.size()];
    for (int j = 6; j < 10; j++) {
      for (int i = 6; i < 10; i++) {
        brain[GRID.index(i, j, 3)] = 1;
      }
    }
    Nifti.writeMask(folder.resolve("brain.nii.gz"), GRID, brain);
    assertEquals(3, read(null).slice());
    ScanSlice found =
        new ScanSlice(folder, Optional.empty(), Optional.of(BrainSource.named("find")));
    assertEquals(7, found.read(IMAGES, 0).slice());
  }

  @Test
  void aSliceThatShowsTooLittleIsRefused() {
    String choice = " shows too little brain; choose from 1 to 9";
    assertTrue(refusal("0").endsWith(": slice 0" + choice), refusal("0"));
    assertTrue(refusal("12").endsWith(": slice 12" + choice), refusal("12"));
    assertTrue(
        refusal("90mm").endsWith(": no slice at 90.0 mm; its slices lie from 0.0 to 27.0 mm"),
        refusal("90mm"));
    assertTrue(refusal("-3mm").contains("no slice at -3.0 mm"), refusal("-3mm"));
    assertEquals(
        "a slice is a number such as 60 or a place such as 12.5mm, not \"middle\"",
        assertThrows(IllegalArgumentException.class, () -> read("middle")).getMessage());
  }

  @Test
  void severalScansAreRefused() throws Exception {
    Path study = folder.resolve("study");
    for (String name : List.of("a", "b")) {
      write(Files.createDirectories(study.resolve(name)));
    }
    ScanSlice slice = new ScanSlice(study, Optional.empty(), Optional.empty());
    assertEquals(
        study + " holds 2 scans, expected one: a, b",
        assertThrows(DataException.class, () -> slice.read(IMAGES, 0)).getMessage());
  }
}
