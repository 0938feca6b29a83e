package dev.hale.picture;

import dev.hale.io.AtomicFile;
import dev.hale.io.Png;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * A figure of pictures in rows (cases, slices) and columns (image, counterfactual, map, outlines)
 * with titles, labels and a legend, on black. Needs no display.
 *
 * @param columns one title a column; may wrap over several lines
 * @param rows at least one
 * @param view how panels become pixels
 */
public record Montage(List<String> columns, List<Row> rows, View view) {

  /**
   * One row of pictures.
   *
   * @param label written at the left; a new line where it has {@code \n}
   * @param panels one for each column
   */
  public record Row(String label, List<MontagePanel> panels) {
    public Row {
      panels = List.copyOf(panels);
    }
  }

  /**
   * How panels become pixels.
   *
   * @param scale pixels along each side of an image's pixel, at least 1
   * @param interpolation of images and maps; outlines always follow the mask's pixels
   * @param orientation of the arrays
   */
  public record View(int scale, Interpolation interpolation, Orientation orientation) {
    public View {
      if (scale < 1 || scale > 64) {
        throw new DataException("scale is %d, must be from 1 to 64".formatted(scale));
      }
    }
  }

  /** How the pixels between are made up. */
  public enum Interpolation {
    /** Each value a square: what the method saw. */
    NEAREST,
    /** Smooth: easier to read where images are small. */
    BILINEAR
  }

  /** How an array lies on the page. This is the one place where images are turned. */
  public enum Orientation {
    /**
     * An axial slice of a RAS+ grid, row j from posterior to anterior and i from the patient's left
     * to the right, shown as radiologists read it: seen from the feet, anterior up, the patient's
     * left on the viewer's right. Panels carry the letters R and L.
     */
    RADIOLOGICAL_AXIAL,
    /**
     * Turned by half a circle as {@link #RADIOLOGICAL_AXIAL} is, without letters: slices of volumes
     * that have no left and right, such as sagittal ones and those that may have been mirrored.
     */
    HEAD_UP,
    /** The first row on top, i to the right: radiographs and anything that has no left. */
    AS_STORED;

    /** How slices cut across an axis lie: sagittal ones, which show no side, head up. */
    public static Orientation of(Axis axis) {
      return axis == Axis.SAGITTAL ? HEAD_UP : RADIOLOGICAL_AXIAL;
    }

    /** Where in the array the picture's column x, row y (from the top) comes from. */
    int source(int x, int y, int width, int height) {
      return switch (this) {
        case RADIOLOGICAL_AXIAL, HEAD_UP -> width - 1 - x + width * (height - 1 - y);
        case AS_STORED -> x + width * y;
      };
    }
  }

  public Montage {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    if (columns.isEmpty() || rows.isEmpty()) {
      throw new DataException(
          "a montage needs columns and rows, got %d and %d".formatted(columns.size(), rows.size()));
    }
    for (Row row : rows) {
      if (row.panels().size() != columns.size()) {
        throw new DataException(
            "row \"%s\" has %d panels, the montage %d columns"
                .formatted(row.label(), row.panels().size(), columns.size()));
      }
    }
  }

  /** Draws the figure. */
  public BufferedImage render() {
    return new MontageLayout(this).draw();
  }

  /**
   * Draws the figure into a PNG file, which appears whole or not at all.
   *
   * @throws DataException where it cannot be written; an older file is then still there
   */
  public void write(Path png) {
    BufferedImage figure = render();
    AtomicFile.write(png, out -> Png.write(figure, out));
  }
}
