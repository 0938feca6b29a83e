package dev.hale.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What a scan's file name says: its stem, and the contrast that data sets put at its end. */
final class FileNames {
  private static final List<String> EXTENSIONS =
      List.of(
          ".nii.gz", ".nii", ".npy", ".png", ".jpg", ".jpeg", ".hdr", ".img", ".hdr.gz", ".img.gz");

  /** What {@link ScanReader} reads, in the order of preference. */
  static final List<String> SCAN_EXTENSIONS = List.of(".nii.gz", ".nii", ".png", ".jpg", ".jpeg");

  /** The two files of an image that is no single one, which is only looked for to be named. */
  static final List<String> PAIR_EXTENSIONS = List.of(".hdr", ".img", ".hdr.gz", ".img.gz");

  /** Endings that name a contrast. Synonyms stay apart: T1c, T1ce, T1Gd and T1POST are four. */
  private static final Set<String> CONTRASTS =
      Set.of(
          "flair", "t1", "t2", "pd", "t1c", "t1ce", "t1gd", "t1post", "t1n", "t1w", "t2w", "t2f",
          "pdw", "t2star", "swi", "dwi", "adc", "ct", "pet");

  private FileNames() {}

  /** The file name without its known extension. */
  static String stem(Path file) {
    String name = file.getFileName().toString();
    for (String extension : EXTENSIONS) {
      if (endsWith(name, extension)) {
        return name.substring(0, name.length() - extension.length());
      }
    }
    return name;
  }

  /** The contrast at the end of the stem (after {@code _} or {@code -}), else the whole stem. */
  static String channel(Path file) {
    String stem = stem(file);
    String last = stem.substring(suffixStart(stem));
    return CONTRASTS.contains(last.toLowerCase(Locale.ROOT)) ? last : stem;
  }

  /** What stands before the contrast, without the separator; empty where nothing does. */
  static String subject(Path file) {
    String stem = stem(file);
    String channel = channel(file);
    return stem.equals(channel)
        ? ""
        : stem.substring(0, Math.max(0, stem.length() - channel.length() - 1));
  }

  /** Whether the stem ends in a known contrast. */
  static boolean namesContrast(Path file) {
    return CONTRASTS.contains(channel(file).toLowerCase(Locale.ROOT));
  }

  /** Whether {@link ScanReader} reads files of that name. */
  static boolean isScan(Path file) {
    String name = file.getFileName().toString();
    return SCAN_EXTENSIONS.stream().anyMatch(extension -> endsWith(name, extension));
  }

  /** Whether a file of that name is an image, also one that is not read (see {@link NoImage}). */
  static boolean isImage(Path file) {
    return isScan(file) || NoImage.isPair(file);
  }

  /**
   * The file of a stem with the first of these endings, or else half of a pair; null where there is
   * none.
   */
  static Path find(Path folder, String stem, List<String> extensions) {
    return Stream.concat(extensions.stream(), PAIR_EXTENSIONS.stream())
        .map(extension -> folder.resolve(stem + extension))
        .filter(NoImage::isThere)
        .findFirst()
        .orElse(null);
  }

  static boolean endsWith(String name, String extension) {
    return name.toLowerCase(Locale.ROOT).endsWith(extension);
  }

  private static int suffixStart(String stem) {
    return Math.max(stem.lastIndexOf('_'), stem.lastIndexOf('-')) + 1;
  }
}
