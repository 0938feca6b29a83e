package dev.hale.app.sample;

import dev.hale.app.detect.BrainSource;
import dev.hale.detection.SliceImages;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanSearch;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Mask;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One slice of one scan, not yet read.
 *
 * @param input a folder with one scan, or a file of it
 * @param place which slice: its number, counted from Left, Posterior or Inferior, or its place such
 *     as {@code 12.5mm}; empty for the one that shows most brain
 * @param brain where the brain is; empty for a mask called brain beside the scan or, where there is
 *     none, what differs from the background
 */
public record ScanSlice(Path input, Optional<String> place, Optional<BrainSource> brain) {
  private static final Pattern MILLIMETRES = Pattern.compile("([-+]?[0-9]*\\.?[0-9]+) *mm");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int MOST_NAMED = 5;

  /**
   * A slice as a model sees it.
   *
   * @param scan its name
   * @param slice counted from Left, Posterior or Inferior
   * @param pixels {@code [((k * C + c) * S + j) * S + i]} in [-1, 1], k the slices around it from
   *     the lowest up
   * @param picture whether it was read from pictures such as radiographs, whose first row is on top
   * @param warnings of the brain's mask
   */
  public record Image(
      String scan, int slice, float[] pixels, boolean picture, List<String> warnings) {}

  public ScanSlice {
    place.ifPresent(
        text -> {
          if (!MILLIMETRES.matcher(text).matches() && !NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(
                "a slice is a number such as 60 or a place such as 12.5mm, not \"%s\""
                    .formatted(text));
          }
        });
  }

  /**
   * Reads the scan and cuts the slice.
   *
   * @param context how many slices below and above it come with it
   * @throws DataException if there is not just one scan, it cannot be read or does not fit, or it
   *     has no such slice
   */
  public Image read(Preprocessing preprocessing, int context) {
    WantedChannels channels = preprocessing.wanted();
    ScanFiles files = files(channels);
    Scan scan = channels.of(files.read(channels));
    BrainSource usual =
        files.beside(BrainSource.USUAL) == null
            ? new BrainSource.Background()
            : new BrainSource.Beside(BrainSource.USUAL);
    Mask mask = brain.orElse(usual).of(files, scan);
    PreparedScan prepared = preprocessing.prepare(scan, mask.voxels());
    int n = choose(prepared);
    float[] pixels = SliceImages.of(prepared, context).only(new int[] {n}).stacked()[0];
    return new Image(scan.name(), prepared.slices()[n], pixels, files.pictures(), mask.warnings());
  }

  private ScanFiles files(WantedChannels channels) {
    List<ScanFiles> scans =
        new ScanSearch(channels, Map.of()).find(List.of(input), folder -> false).scans();
    if (scans.size() > 1) {
      List<String> names = scans.stream().limit(MOST_NAMED).map(ScanFiles::name).toList();
      throw new DataException(
          "%s holds %d scans, expected one: %s%s"
              .formatted(
                  input,
                  scans.size(),
                  String.join(", ", names),
                  scans.size() > MOST_NAMED ? ", …" : ""));
    }
    return scans.get(0);
  }

  /** Which of the model images it is. */
  private int choose(PreparedScan prepared) {
    int[] slices = prepared.slices();
    int most = 0;
    int wanted = place.isEmpty() ? -1 : number(prepared);
    for (int n = 0; n < slices.length; n++) {
      if (slices[n] == wanted) {
        return n;
      }
      most = prepared.brainFractions()[n] > prepared.brainFractions()[most] ? n : most;
    }
    if (place.isPresent()) {
      throw new DataException(
          "scan %s: slice %d shows too little brain; choose from %d to %d"
              .formatted(prepared.scan().name(), wanted, slices[0], slices[slices.length - 1]));
    }
    return most;
  }

  private int number(PreparedScan prepared) {
    Matcher millimetres = MILLIMETRES.matcher(place.orElseThrow());
    if (!millimetres.matches()) {
      return Integer.parseInt(place.orElseThrow());
    }
    double wanted = Double.parseDouble(millimetres.group(1));
    Axis axis = prepared.preprocessing().axis();
    Canonical canonical = Canonical.of(prepared.scan().grid());
    double first = millimetres(canonical.grid(), axis, 0);
    double step = millimetres(canonical.grid(), axis, 1) - first;
    long slice = Math.round((wanted - first) / step);
    int last = canonical.size(axis.normal()) - 1;
    if (slice < 0 || slice > last) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "scan %s: no slice at %.1f mm; its slices lie from %.1f to %.1f mm",
              prepared.scan().name(),
              wanted,
              first,
              first + step * last));
    }
    return (int) slice;
  }

  /** Where the centre of a slice lies along its axis. */
  private static double millimetres(Grid canonical, Axis axis, int slice) {
    double[] voxel = {
      (canonical.nx() - 1) / 2.0, (canonical.ny() - 1) / 2.0, (canonical.nz() - 1) / 2.0
    };
    voxel[axis.normal()] = slice;
    double[] affine = canonical.affine();
    int row = 4 * axis.normal();
    return affine[row] * voxel[0]
        + affine[row + 1] * voxel[1]
        + affine[row + 2] * voxel[2]
        + affine[row + 3];
  }
}
