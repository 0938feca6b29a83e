package dev.hale.picture;

import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Model images on one sheet: a line of them for each kind, a row of the montage for each channel of
 * a line. A line of more than {@value #COLUMNS} goes on below. S is the image size, C the number of
 * channels.
 *
 * @param channels of an image, C names
 * @param side S
 * @param orientation of the images
 */
public record ImageSheet(List<String> channels, int side, Montage.Orientation orientation) {
  /** The most images side by side. */
  public static final int COLUMNS = 8;

  private static final int PANEL_PIXELS = 160; // of a small image; a large one keeps its own
  private static final int LARGEST_SCALE = 16;

  public ImageSheet {
    channels = List.copyOf(channels);
  }

  /**
   * Images of a kind.
   *
   * @param label written before each of its rows; may be empty
   * @param images each {@code [(c * S + j) * S + i]}, from -1 (black) to 1 (white)
   * @param captions one an image, written into its first channel shown; may be empty
   */
  public record Line(String label, List<float[]> images, List<String> captions) {
    public Line {
      images = List.copyOf(images);
      captions = List.copyOf(captions);
      if (images.size() != captions.size()) {
        throw new DataException(
            "line \"%s\" has %d images and %d captions"
                .formatted(label, images.size(), captions.size()));
      }
    }
  }

  /**
   * The sheet.
   *
   * @param lines at least one with an image
   * @param shown the channels to show, in this order
   * @throws DataException if the images lack a channel, or there is nothing to show
   */
  public Montage draw(List<Line> lines, List<String> shown) {
    int most = lines.stream().mapToInt(line -> line.images().size()).max().orElse(0);
    int columns = Math.min(COLUMNS, most);
    List<Montage.Row> rows = new ArrayList<>();
    for (Line line : lines) {
      for (int first = 0; first < line.images().size(); first += columns) {
        for (int c = 0; c < shown.size(); c++) {
          String prefix = line.label().isEmpty() ? "" : line.label() + "\n";
          List<MontagePanel> panels = new ArrayList<>();
          for (int n = first; n < first + columns; n++) {
            MontagePanel panel = panel(line, n, shown.get(c));
            panels.add(
                c == 0 && !panel.isEmpty() ? panel.withCaption(line.captions().get(n)) : panel);
          }
          rows.add(new Montage.Row(prefix + shown.get(c), panels));
        }
      }
    }
    int scale = Math.max(1, Math.round((float) PANEL_PIXELS / side));
    return new Montage(
        Collections.nCopies(columns, ""),
        rows,
        new Montage.View(
            Math.min(scale, LARGEST_SCALE), Montage.Interpolation.BILINEAR, orientation));
  }

  private MontagePanel panel(Line line, int n, String channel) {
    int c = channels.indexOf(channel);
    if (c < 0) {
      throw new DataException(
          "the images have no channel %s; choose from %s"
              .formatted(channel, String.join(", ", channels)));
    }
    if (n >= line.images().size()) {
      return MontagePanel.empty(side, side);
    }
    int pixels = side * side;
    float[] image = Arrays.copyOfRange(line.images().get(n), c * pixels, (c + 1) * pixels);
    return MontagePanel.grey(image, side, side, -1, 1);
  }
}
