package dev.hale.app.sample;

import dev.hale.io.Folders;
import dev.hale.io.Nifti;
import dev.hale.io.Npy;
import dev.hale.io.Picture;
import dev.hale.picture.ImageSheet;
import dev.hale.picture.Montage.Orientation;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that a diffusion model made, and the files that show them. N is their number over all
 * lines, S the image size, C the number of channels.
 *
 * @param preprocessing what made the images that the model was trained on
 * @param level the noise level from which they were made
 * @param lines in the order in which they were asked for
 * @param consistency how far each line is from that of most steps; empty where there is one number
 * @param slices that they were made of; empty where that was noise alone
 */
public record SampleSet(
    Preprocessing preprocessing,
    int level,
    List<Line> lines,
    List<Consistency> consistency,
    List<ScanSlice.Image> slices) {
  private static final String NAME = "samples";

  /**
   * Images of a class, made with a number of steps.
   *
   * @param kind the class; empty where the network knows none
   * @param steps of DDIM
   * @param images each {@code [(c * S + j) * S + i]}
   * @param captions one an image
   */
  public record Line(String kind, int steps, List<float[]> images, List<String> captions) {
    public Line {
      images = List.copyOf(images);
      captions = List.copyOf(captions);
    }
  }

  /**
   * How far images are from those that more steps made of the same noise.
   *
   * @param kind the class; empty where the network knows none
   * @param steps with which they were made
   * @param against steps of the others
   * @param rmse root mean square over all their values, of which 2 is the range
   */
  public record Consistency(String kind, int steps, int against, double rmse) {
    static Consistency of(Line line, Line reference) {
      double squares = 0;
      long values = 0;
      for (int n = 0; n < line.images().size(); n++) {
        float[] image = line.images().get(n);
        float[] other = reference.images().get(n);
        for (int p = 0; p < image.length; p++) {
          double difference = (double) image[p] - other[p];
          squares += difference * difference;
        }
        values += image.length;
      }
      return new Consistency(
          line.kind(), line.steps(), reference.steps(), Math.sqrt(squares / values));
    }
  }

  public SampleSet {
    lines = List.copyOf(lines);
    consistency = List.copyOf(consistency);
    slices = List.copyOf(slices);
  }

  /**
   * Throws where {@link #write} would not know what to write, before any image is made.
   *
   * @throws DataException if it is named like a picture other than PNG
   */
  public static void requireKnown(Path out) {
    String name = String.valueOf(out.getFileName());
    if (Picture.isNamed(name) && !name.endsWith(".png")) {
      throw new DataException("%s: name a picture .png".formatted(out));
    }
  }

  /**
   * Writes the images: as a sheet ({@code .png}), as a volume a channel with an image in the place
   * of each slice ({@code .nii}, {@code .nii.gz}), as an array {@code [N, C, S, S]} ({@code .npy}),
   * or all three into a folder, which is made.
   *
   * @param out replaced if it is there
   * @param shown the channels that the sheet shows
   * @param orientation of the images on the sheet
   * @return the files
   * @throws DataException if one cannot be written, or the images lack a channel
   */
  public List<Path> write(Path out, List<String> shown, Orientation orientation) {
    requireKnown(out);
    String name = String.valueOf(out.getFileName());
    if (name.endsWith(".png")) {
      new ImageSheet(preprocessing.channels(), preprocessing.imageSize(), orientation)
          .draw(lines.stream().map(this::sheetLine).toList(), shown)
          .write(out);
    } else if (name.endsWith(".nii") || name.endsWith(".nii.gz")) {
      Nifti.write(out, volume());
    } else if (name.endsWith(".npy")) {
      writeArray(out);
    } else {
      return writeFolder(out, shown, orientation);
    }
    return List.of(out);
  }

  private List<Path> writeFolder(Path folder, List<String> shown, Orientation orientation) {
    Folders.make(folder);
    List<Path> files = new ArrayList<>();
    for (String extension : List.of(".png", ".nii.gz", ".npy")) {
      files.addAll(write(folder.resolve(NAME + extension), shown, orientation));
    }
    return files;
  }

  private ImageSheet.Line sheetLine(Line line) {
    String steps = consistency.isEmpty() ? "" : line.steps() + " steps";
    String between = line.kind().isEmpty() || steps.isEmpty() ? "" : "\n";
    return new ImageSheet.Line(line.kind() + between + steps, line.images(), line.captions());
  }

  private List<float[]> images() {
    return lines.stream().flatMap(line -> line.images().stream()).toList();
  }

  /** Channels are volumes, images slices, as far apart as pixels are. */
  private Scan volume() {
    List<float[]> images = images();
    int size = preprocessing.imageSize();
    int pixels = size * size;
    List<String> channels = preprocessing.channels();
    float[] voxels = new float[channels.size() * images.size() * pixels];
    for (int c = 0; c < channels.size(); c++) {
      for (int n = 0; n < images.size(); n++) {
        int to = (c * images.size() + n) * pixels;
        System.arraycopy(images.get(n), c * pixels, voxels, to, pixels);
      }
    }
    double side = preprocessing.spacing();
    Grid grid = Grid.ofSpacing(size, size, images.size(), side, side, side);
    return new Scan(NAME, channels, grid, voxels);
  }

  private void writeArray(Path file) {
    List<float[]> images = images();
    int size = preprocessing.imageSize();
    int channels = preprocessing.channels().size();
    int length = channels * size * size;
    float[] values = new float[images.size() * length];
    for (int n = 0; n < images.size(); n++) {
      System.arraycopy(images.get(n), 0, values, n * length, length);
    }
    Npy.write(file, new int[] {images.size(), channels, size, size}, values);
  }
}
