package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * The files of one scan, not yet read, one a channel (or one 4-D NIfTI file with all of them).
 *
 * @param name of the scan
 * @param channels what the files show, in their order
 * @param files at least one, all in one folder where they were found by {@link ScanSearch}
 * @param prefix what precedes the channel in the files' names, separator included; may be empty
 */
public record ScanFiles(String name, List<String> channels, List<Path> files, String prefix) {
  public ScanFiles {
    channels = List.copyOf(channels);
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new DataException("scan " + name + " has no files");
    }
  }

  /**
   * Reads the scan.
   *
   * @throws DataException if it lacks a channel that is not optional, has one twice, or a file
   *     cannot be read
   */
  public Scan read(WantedChannels wanted) {
    requireChannels(wanted);
    Scan scan = ScanReader.read(files, channels);
    return new Scan(name, scan.channels(), scan.grid(), scan.voxels());
  }

  /** Throws unless the scan has each of these channels but optional ones, and none twice. */
  public void requireChannels(WantedChannels wanted) {
    Set<String> seen = new HashSet<>();
    for (int c = 0; c < channels.size(); c++) {
      if (!seen.add(channels.get(c).toLowerCase(Locale.ROOT))) {
        throw new DataException(
            "scan %s: two of its files are channel %s: %s"
                .formatted(name, channels.get(c), names(files)));
      }
    }
    List<String> missing = wanted.missing(channels);
    if (!missing.isEmpty()) {
      throw new DataException(
          "scan %s: channels differ: model expects %s, scan has %s (%s); it lacks %s"
              .formatted(
                  name,
                  wanted,
                  String.join(", ", channels),
                  names(files),
                  String.join(", ", missing)));
    }
  }

  /**
   * The file that belongs to this scan and has another name at the end, such as its brain mask:
   * with the scan's prefix, else without.
   *
   * @return null where there is none; where there is a link or pointer to one, that
   */
  public Path beside(String stem) {
    Path folder = files.get(0).toAbsolutePath().getParent();
    return beside(stem, prefixed -> FileNames.find(folder, prefixed, FileNames.SCAN_EXTENSIONS));
  }

  /**
   * The same where the folder was listed elsewhere.
   *
   * @param folder the files that lie where the scan's do
   * @return null where there is none
   */
  public Path beside(String stem, Collection<Path> folder) {
    return beside(stem, prefixed -> FileNames.find(folder, prefixed, FileNames.SCAN_EXTENSIONS));
  }

  private Path beside(String stem, Function<String, Path> find) {
    for (String prefixed : List.of(prefix + stem, stem)) {
      Path file = find.apply(prefixed);
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  /** Whether one of its files is none that can be read, see {@link NoImage}. */
  public boolean isBroken() {
    return files.stream().anyMatch(file -> NoImage.reason(file) != null);
  }

  /** Whether the scan is kept in pictures, which know no millimetres. */
  public boolean pictures() {
    return Picture.isNamed(files.get(0).getFileName().toString());
  }

  private static String names(List<Path> files) {
    return String.join(", ", files.stream().map(Path::toString).toList());
  }
}
