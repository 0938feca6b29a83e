package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureWriteTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadRoundedAndHeldInRange() {
    Grid grid = Grid.ofSpacing(3, 2, 1, 1, 1, 1);
    float[] values = {0, 1.4f, 254.6f, 300, -5, 128};
    Path file = folder.resolve("a.png");
    Picture.write(file, grid, values, 255);
    assertArrayEquals(new float[] {0, 1, 255, 255, 0, 128}, Picture.read(file).voxels());
    Picture.write(file, grid, new float[] {0, 1, 300, 65535, 70000, 5}, 65535);
    assertArrayEquals(new float[] {0, 1, 300, 65535, 65535, 5}, Picture.read(file).voxels());
  }

  @Test
  void aVolumeIsNoPicture() {
    Grid volume = Grid.ofSpacing(2, 2, 2, 1, 1, 1);
    assertThrows(
        DataException.class,
        () -> Picture.write(folder.resolve("a.png"), volume, new float[8], 255));
  }
}
