package dev.hale.io;

import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A subject as one folder with one file a channel ({@code FLAIR.nii.gz}, …) and, beside them, masks
 * such as {@code lesion.nii.gz} and {@code brain.nii.gz}.
 *
 * @param name of the subject
 */
public record SubjectFolder(Path folder, String name) {

  /** A subject that is called like its folder. */
  public SubjectFolder(Path folder) {
    this(folder, absolute(folder).getFileName().toString());
  }

  /**
   * The subject folders in folders, or these themselves where they hold the channels, named as
   * {@link ScanSearch} names scans. Files and folders that are links to nothing count; reading them
   * fails.
   *
   * @throws DataException where there is none, or one is there twice
   */
  public static List<SubjectFolder> in(List<Path> roots, List<String> channels) {
    List<Path> folders = new ArrayList<>();
    for (Path root : roots) {
      folders.addAll(below(root, channels));
    }
    List<String> names = TrailNames.of(folders.stream().map(SubjectFolder::absolute).toList());
    PortableName.requireApart(names, "subjects");
    List<SubjectFolder> subjects = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      subjects.add(new SubjectFolder(folders.get(i), names.get(i)));
    }
    return subjects;
  }

  private static List<Path> below(Path root, List<String> channels) {
    if (!Files.isDirectory(root)) {
      throw new DataException(root + ": not a folder");
    }
    if (has(root, channels)) {
      return List.of(root);
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<Path> subjects =
          entries
              .filter(entry -> Files.isDirectory(entry) || NoImage.isLostFolder(entry))
              .sorted()
              .filter(folder -> has(folder, channels))
              .toList();
      if (subjects.isEmpty()) {
        throw new DataException(
            "%s: no subject folder in it has a file for each of %s"
                .formatted(root, String.join(", ", channels)));
      }
      return subjects;
    } catch (IOException e) {
      throw new DataException(root + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  private static boolean has(Path folder, List<String> channels) {
    return NoImage.isLostFolder(folder)
        || channels.stream().allMatch(channel -> find(folder, channel) != null);
  }

  private static Path find(Path folder, String stem) {
    return FileNames.find(folder, stem, List.of(".nii.gz", ".nii"));
  }

  /** The channels as one scan of the subject's name. */
  public Scan scan(List<String> channels) {
    List<Path> files = new ArrayList<>();
    for (String channel : channels) {
      files.add(required(channel));
    }
    Scan scan = ScanReader.read(files, channels);
    return new Scan(name(), scan.channels(), scan.grid(), scan.voxels());
  }

  /** The mask of that stem on the scan's grid, or null where there is no such file. */
  public Mask maskOrNull(String stem, Scan scan) {
    Path file = find(folder, stem);
    return file == null ? null : ScanReader.readMask(file, scan.grid(), "scan " + scan.name());
  }

  /** The mask of that stem on the scan's grid. */
  public Mask mask(String stem, Scan scan) {
    return ScanReader.readMask(required(stem), scan.grid(), "scan " + scan.name());
  }

  private Path required(String stem) {
    if (NoImage.isLostFolder(folder)) {
      throw new DataException("%s: %s".formatted(folder, NoImage.reason(folder)));
    }
    Path file = find(folder, stem);
    if (file == null) {
      throw new DataException("%s: has no %s.nii.gz".formatted(folder, stem));
    }
    return file;
  }
}
