package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a scan's file name says: its stem, and the contrast that data sets put at its end. */
final class FileNames {
  private static final List<String> EXTENSIONS =
      List.of(
          ".nii.gz", ".nii", ".npy", ".png", ".jpg", ".jpeg", ".hdr", ".img", ".hdr.gz", ".img.gz");

  /** What {@link ScanReader} reads, in the order of preference. */
  static final List<String> SCAN_EXTENSIONS = List.of(".nii.gz", ".nii", ".png", ".jpg", ".jpeg");

  /** Endings that name a contrast. Synonyms stay apart: T1c, T1ce, T1Gd and T1POST are four. */
  private static final Set<String> CONTRASTS =
      Set.of(
          "flair", "t1", "t2", "pd", "t1c", "t1ce", "t1gd", "t1post", "t1n", "t1w", "t2w", "t2f",
          "pdw", "t2star", "swi", "dwi", "adc", "ct", "pet");

  private FileNames() {}

  /** The file name without its known extension. */
  static String stem(Path file) {
    return stem(file.getFileName().toString());
  }

  /** The same of the name itself. */
  static String stem(String name) {
    for (String extension : EXTENSIONS) {
      if (endsWith(name, extension)) {
        return name.substring(0, name.length() - extension.length());
      }
    }
    return name;
  }

  /** The contrast at the end of the stem (after {@code _} or {@code -}), else the whole stem. */
  static String channel(Path file) {
    return channel(file.getFileName().toString());
  }

  /** The same of the name itself. */
  static String channel(String name) {
    String stem = stem(name);
    String last = stem.substring(suffixStart(stem));
    return CONTRASTS.contains(lower(last)) ? last : stem;
  }

  /** What stands before the contrast, without the separator; empty where nothing does. */
  static String subject(Path file) {
    return subject(file.getFileName().toString());
  }

  /** The same of the name itself. */
  static String subject(String name) {
    String stem = stem(name);
    String channel = channel(name);
    return stem.equals(channel)
        ? ""
        : stem.substring(0, Math.max(0, stem.length() - channel.length() - 1));
  }

  /** Whether the stem ends in a known contrast. */
  static boolean namesContrast(Path file) {
    return CONTRASTS.contains(lower(channel(file)));
  }

  /** Whether {@link ScanReader} reads files of that name. */
  static boolean isScan(Path file) {
    String name = file.getFileName().toString();
    return SCAN_EXTENSIONS.stream().anyMatch(extension -> endsWith(name, extension));
  }

  /** Whether a file of that name is an image or half of one. */
  static boolean isImage(Path file) {
    return isScan(file) || FilePair.isHalf(file);
  }

  /**
   * The file of a stem with the first of these endings, or else the header of a pair; of names that
   * differ in case alone the one that is written as asked.
   *
   * @return null where there is none
   */
  static Path find(Path folder, String stem, List<String> extensions) {
    return first(folder, stem, withPairs(extensions));
  }

  /** Likewise, among files of one folder that were listed elsewhere. */
  static Path find(Collection<Path> folder, String stem, List<String> extensions) {
    return first(folder, stem, withPairs(extensions));
  }

  private static List<String> withPairs(List<String> extensions) {
    return Stream.concat(extensions.stream(), FilePair.EXTENSIONS.stream()).toList();
  }

  /** Likewise, with these endings alone. */
  static Path first(Path folder, String stem, List<String> endings) {
    try (Stream<Path> files = Files.list(folder)) {
      return first(files.filter(NoImage::isThere).toList(), stem, endings);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be listed: %s".formatted(folder, FileFailure.reason(e)), e);
    }
  }

  private static Path first(Collection<Path> folder, String stem, List<String> endings) {
    Map<String, Path> exact = new HashMap<>();
    Map<String, Path> there = new HashMap<>();
    for (Path file : folder.stream().sorted().toList()) {
      exact.put(file.getFileName().toString(), file);
      there.putIfAbsent(lower(file.getFileName().toString()), file);
    }
    for (String ending : endings) {
      Path file = exact.getOrDefault(stem + ending, there.get(lower(stem + ending)));
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  static boolean endsWith(String name, String extension) {
    return lower(name).endsWith(extension);
  }

  private static int suffixStart(String stem) {
    return Math.max(stem.lastIndexOf('_'), stem.lastIndexOf('-')) + 1;
  }
}
