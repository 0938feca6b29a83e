package dev.hale.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A subject as one folder with one file a channel ({@code FLAIR.nii.gz}, …) and, beside them, masks
 * such as {@code lesion.nii.gz} and {@code brain.nii.gz}.
 */
public record SubjectFolder(Path folder) {

  /**
   * The subject folders in a folder, or the folder itself where it holds the channels. Files and
   * folders that are links to nothing count; reading them fails.
   */
  public static List<SubjectFolder> in(Path root, List<String> channels) {
    if (!Files.isDirectory(root)) {
      throw new DataException(root + ": not a folder");
    }
    if (new SubjectFolder(root).has(channels)) {
      return List.of(new SubjectFolder(root));
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<SubjectFolder> subjects =
          entries
              .filter(entry -> Files.isDirectory(entry) || NoImage.isLostFolder(entry))
              .sorted()
              .map(SubjectFolder::new)
              .filter(subject -> subject.has(channels))
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

  /** Name of the subject, that of its folder. */
  public String name() {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private boolean has(List<String> channels) {
    return NoImage.isLostFolder(folder)
        || channels.stream().allMatch(channel -> find(channel) != null);
  }

  private Path find(String stem) {
    return FileNames.find(folder, stem, List.of(".nii.gz", ".nii"));
  }

  /** The channels as one scan, named after the folder. */
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
    Path file = find(stem);
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
    Path file = find(stem);
    if (file == null) {
      throw new DataException("%s: has no %s.nii.gz".formatted(folder, stem));
    }
    return file;
  }
}
