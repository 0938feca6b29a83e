package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One channel of a single image without millimetres: a picture file or a two-dimensional array. */
public final class FlatPicture {
  private FlatPicture() {}

  /** Whether a file is such an image, by its name. */
  public static boolean isNamed(Path file) {
    String name = file.getFileName().toString();
    return Picture.isNamed(name) || FileNames.endsWith(name, ".npy");
  }

  /**
   * Reads an image as a scan of one slice.
   *
   * @param file .png, .jpg, .jpeg, or .npy of shape [rows, columns], ones before and after ignored
   * @param channel its name
   * @param side what the longer side is said to measure, in millimetres
   */
  public static Scan read(Path file, String channel, double side) {
    Scan pixels = Picture.isNamed(file.getFileName().toString()) ? Picture.read(file) : array(file);
    int columns = pixels.grid().nx();
    int rows = pixels.grid().ny();
    double pixel = side / Math.max(columns, rows);
    return new Scan(
        FileNames.stem(file),
        List.of(channel),
        Grid.ofSpacing(columns, rows, 1, pixel, pixel, 1),
        pixels.voxels());
  }

  private static Scan array(Path file) {
    NpyArray array = Npy.read(file);
    int[] sides = Arrays.stream(array.shape()).filter(side -> side != 1).toArray();
    if (sides.length != 2) {
      throw new DataException(
          "%s: shape %s, expected one image of rows and columns"
              .formatted(file, Arrays.toString(array.shape())));
    }
    Grid grid = Grid.ofSpacing(sides[1], sides[0], 1, 1, 1, 1);
    return new Scan(FileNames.stem(file), List.of("image"), grid, array.floats());
  }
}
