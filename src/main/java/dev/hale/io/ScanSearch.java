package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds scans among files by their names. A file shows the channel that its name is or ends in
 * (after {@code _}, {@code -} or {@code .}, whatever the case): {@code FLAIR.nii.gz}, {@code
 * sub-01_flair.nii}. Files of one folder that agree in what precedes the channel are one scan,
 * named after that, or else after the folder; scans that would be called the same get the names of
 * folders above before theirs ({@link TrailNames}). Links that lead nowhere and halves of {@code
 * .hdr/.img} pairs are found too: such a scan fails when it is read.
 */
public final class ScanSearch {
  private final WantedChannels channels;
  private final List<String> wanted;
  private final Map<String, String> inFileNames;
  private final boolean anyName;

  /**
   * What was found.
   *
   * @param scans in the order of the arguments, then of their paths; a scan may lack channels
   * @param passedOver folders with images of which none shows a channel that is looked for
   */
  public record Found(List<ScanFiles> scans, List<Path> passedOver) {}

  private record Match(String prefix, String channel) {}

  /**
   * A search.
   *
   * @param channels to look for
   * @param renamed name in file names to channel, where the two differ
   * @throws DataException if a file name is given to a channel that is not wanted
   */
  public ScanSearch(WantedChannels channels, Map<String, String> renamed) {
    this(channels, renamed, true);
  }

  /** A search that takes no image whose name does not say which channel it shows. */
  public static ScanSearch byName(WantedChannels channels, Map<String, String> renamed) {
    return new ScanSearch(channels, renamed, false);
  }

  private ScanSearch(WantedChannels channels, Map<String, String> renamed, boolean anyName) {
    this.channels = channels;
    this.anyName = anyName;
    wanted = channels.names();
    inFileNames = new LinkedHashMap<>();
    wanted.forEach(channel -> inFileNames.put(lower(channel), channel));
    renamed.forEach(
        (name, to) -> {
          String channel =
              wanted.stream()
                  .filter(to::equalsIgnoreCase)
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new DataException(
                              "%s cannot become channel %s: model expects %s"
                                  .formatted(name, to, String.join(", ", wanted))));
          inFileNames.values().remove(channel);
          inFileNames.put(lower(name), channel);
        });
  }

  /**
   * The files of one scan, channels named in their order, none looked for.
   *
   * @throws DataException if a channel that is wanted is not named
   */
  public ScanFiles named(List<Path> files, List<String> names) {
    Path first = files.get(0);
    for (Path file : files) {
      Nifti.requireFile(file);
    }
    Match match = match(first);
    String prefix = match == null ? "" : match.prefix();
    String name =
        files.size() > 1 ? name(prefix, folderOf(first)) : safe(FileNames.stem(first), first);
    ScanFiles scan = new ScanFiles(name, names, files, prefix);
    scan.requireChannels(channels);
    return scan;
  }

  /**
   * The scans among files and in folders, their subfolders included. Where a single channel is
   * looked for and no file of a folder is named like it, each image is a scan of its own, but for
   * those that are named like another contrast.
   *
   * @param inputs files and folders
   * @param skipped folders not to enter
   * @throws DataException if an argument does not exist or is no scan, nothing is found, or two
   *     scans have one name and no folder tells them apart
   */
  public Found find(List<Path> inputs, Predicate<Path> skipped) {
    Map<Path, List<Path>> given = new LinkedHashMap<>();
    Map<Path, List<Path>> discovered = new LinkedHashMap<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        discover(input, skipped, discovered);
      } else {
        if (!isFound(input)) {
          Nifti.requireFile(input);
        }
        given.computeIfAbsent(folderOf(input), folder -> new ArrayList<>()).add(input);
      }
    }
    List<ScanFiles> scans = new ArrayList<>();
    given.forEach((folder, files) -> scans.addAll(requireScans(folder, files)));
    return found(inputs.get(0), scans, discovered);
  }

  /**
   * The scans among files that were listed where no path of this machine leads. Only their names
   * are looked at, as {@link #find} looks at those in folders.
   *
   * @param where they were listed, for messages
   * @param files of every kind, absolute
   * @throws DataException if no scan is among them, or two have one name and no folder tells them
   *     apart
   */
  public Found among(Path where, Collection<Path> files) {
    Map<Path, List<Path>> discovered = new TreeMap<>();
    files.stream()
        .filter(file -> FileNames.isImage(file) && !FolderWalk.isHidden(file))
        .forEach(
            file -> discovered.computeIfAbsent(file.getParent(), f -> new ArrayList<>()).add(file));
    return found(where, new ArrayList<>(), discovered);
  }

  private Found found(Path where, List<ScanFiles> scans, Map<Path, List<Path>> discovered) {
    List<Path> passedOver = new ArrayList<>();
    discovered.forEach(
        (folder, files) -> {
          List<ScanFiles> found = scans(folder, files, new ArrayList<>());
          scans.addAll(found);
          if (found.isEmpty()) {
            passedOver.add(folder);
          }
        });
    if (scans.isEmpty()) {
      throw new DataException(
          "%s: no image there is named like a channel that is looked for (%s)"
              .formatted(where, String.join(", ", wanted)));
    }
    return new Found(named(scans), List.copyOf(passedOver));
  }

  /** Files that were named one by one must all be of use. */
  private List<ScanFiles> requireScans(Path folder, List<Path> files) {
    List<Path> unused = new ArrayList<>();
    List<ScanFiles> scans = scans(folder, files, unused);
    if (!unused.isEmpty()) {
      throw new DataException(
          "%s: channels differ: model expects %s, the file is named like none of them; say which it"
                  .formatted(unused.get(0), String.join(", ", wanted))
              + " is");
    }
    return scans;
  }

  private List<ScanFiles> scans(Path folder, List<Path> files, List<Path> unused) {
    Map<String, Map<Path, String>> groups = new TreeMap<>();
    List<ScanFiles> scans = new ArrayList<>();
    for (Path file : NoImage.onePerPair(files)) {
      Match match = match(file);
      if (NoImage.isLostFolder(file)) {
        scans.add(new ScanFiles(safe(FileNames.stem(file), file), wanted, List.of(file), ""));
      } else if (match == null) {
        unused.add(file);
      } else {
        groups
            .computeIfAbsent(match.prefix(), prefix -> new LinkedHashMap<>())
            .put(file, match.channel());
      }
    }
    groups.forEach(
        (prefix, shown) ->
            scans.add(
                new ScanFiles(
                    name(prefix, folder),
                    List.copyOf(shown.values()),
                    List.copyOf(shown.keySet()),
                    prefix)));
    if (anyName && groups.isEmpty() && wanted.size() == 1) {
      for (Path file : List.copyOf(unused)) {
        if (!FileNames.namesContrast(file) && FileNames.isImage(file)) {
          String stem = FileNames.stem(file);
          scans.add(new ScanFiles(safe(stem, file), wanted, List.of(file), stem + "_"));
          unused.remove(file);
        }
      }
    }
    return scans;
  }

  /** The channel that a file's name is or ends in; of several that fit, the longest. */
  private Match match(Path file) {
    String stem = FileNames.stem(file);
    Match best = null;
    int longest = 0;
    for (Map.Entry<String, String> entry : inFileNames.entrySet()) {
      String ending = entry.getKey();
      int start = stem.length() - ending.length();
      if (FileNames.isImage(file)
          && ending.length() > longest
          && lower(stem).endsWith(ending)
          && (start == 0 || "_-.".indexOf(stem.charAt(start - 1)) >= 0)) {
        best = new Match(stem.substring(0, start), entry.getValue());
        longest = ending.length();
      }
    }
    return best;
  }

  private static void discover(
      Path root, Predicate<Path> skipped, Map<Path, List<Path>> discovered) {
    Map<Path, List<Path>> sorted = new TreeMap<>();
    for (Path file : FolderWalk.files(root, skipped)) {
      if (isFound(file)) {
        sorted.computeIfAbsent(file.getParent(), folder -> new ArrayList<>()).add(file);
      }
    }
    discovered.putAll(sorted);
  }

  /** Whether a file is an image by its name, also one that cannot be read and is to be named. */
  private static boolean isFound(Path file) {
    return (FileNames.isImage(file) && NoImage.isThere(file)) || NoImage.isLostFolder(file);
  }

  /** Under names that differ. */
  private static List<ScanFiles> named(List<ScanFiles> scans) {
    List<String> names = TrailNames.of(scans.stream().map(ScanSearch::trail).toList());
    Map<String, ScanFiles> byName = new LinkedHashMap<>();
    List<ScanFiles> named = new ArrayList<>();
    for (int s = 0; s < scans.size(); s++) {
      ScanFiles scan = scans.get(s);
      ScanFiles other = byName.put(lower(names.get(s)), scan);
      if (other != null) {
        throw new DataException(
            "two scans are named %s: %s and %s; rename one, or run hale for each with its own --out"
                .formatted(scan.name(), other.files().get(0), scan.files().get(0)));
      }
      named.add(new ScanFiles(names.get(s), scan.channels(), scan.files(), scan.prefix()));
    }
    return List.copyOf(named);
  }

  /** The scan's folder, and its name where that is another than the folder's. */
  private static Path trail(ScanFiles scan) {
    Path folder = folderOf(scan.files().get(0));
    return scan.name().equals(safe("", folder))
        ? folder.resolveSibling(scan.name())
        : folder.resolve(scan.name());
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().normalize().getParent();
  }

  private static String name(String prefix, Path folder) {
    String subject = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
    return safe(subject, folder.toAbsolutePath().normalize());
  }

  /** A name for the scan's results; where it is no use as a file name, that of the path. */
  private static String safe(String name, Path otherwise) {
    if (!name.isBlank() && !name.startsWith(".")) {
      return name;
    }
    Path last = otherwise.getFileName();
    String other = last == null ? "" : last.toString().replaceFirst("^\\.+", "");
    return other.isEmpty() ? "scan" : other;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
