package dev.hale.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Files that stand where an image should and are none that hale reads: links that lead nowhere,
 * pointers of git-annex (DataLad) and git-lfs whose content was never fetched, halves of .hdr/.img
 * pairs whose other half is not there. Searches find them like images and readers refuse them with
 * the remedy, so that no subject goes missing without a word.
 */
public final class NoImage {
  /** Pointers are shorter: git-lfs allows 1024 bytes, keys of git-annex are file names. */
  private static final int LONGEST_POINTER = 1024;

  private static final String ANNEX = "annex/objects/";
  private static final List<String> LFS =
      List.of(
          "version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/");

  private NoImage() {}

  /** Whether a file is there, were it only a link that leads nowhere. */
  public static boolean isThere(Path file) {
    return Files.isRegularFile(file) || leadsNowhere(file);
  }

  /** Whether the file is a link to something that is not there. */
  static boolean leadsNowhere(Path file) {
    return Files.isSymbolicLink(file) && !Files.exists(file);
  }

  /**
   * Whether the file is a link that leads nowhere and, by its name, to a folder: such as one on a
   * drive that is not mounted. What git-annex links to are always files.
   */
  public static boolean isLostFolder(Path file) {
    return leadsNowhere(file)
        && !file.getFileName().toString().matches(".*\\.[A-Za-z]\\w*|\\..*")
        && !target(file).contains(ANNEX);
  }

  /** Whether a file is named like half of an .hdr/.img pair. */
  public static boolean isPair(Path file) {
    return FilePair.isHalf(file);
  }

  /**
   * The files in order, each once, without halves of pairs whose header or single file is among
   * them.
   */
  static List<Path> onePerPair(Collection<Path> files) {
    Set<String> stems = new HashSet<>();
    List<Path> kept = new ArrayList<>();
    List<Path> halves = new ArrayList<>();
    for (Path file : new TreeSet<>(files)) {
      if (isPair(file)) {
        halves.add(file);
      } else {
        stems.add(stem(file));
        kept.add(file);
      }
    }
    halves.stream().filter(half -> stems.add(stem(half))).forEach(kept::add);
    return kept.stream().sorted().toList();
  }

  /** The single file that a pair would be, where the file is half of one; else itself. */
  public static Path asSingle(Path file) {
    return isPair(file) ? file.resolveSibling(FileNames.stem(file) + ".nii") : file;
  }

  /**
   * Why a file is no image that hale reads, and what to do about it.
   *
   * @return a phrase that begins with "is"; null where nothing of the kind is known of it
   */
  public static String reason(Path file) {
    Path name = file.getFileName();
    if (leadsNowhere(file)) {
      String target = target(file);
      return target.contains(ANNEX)
          ? "is a git-annex link whose content is not here; " + fetch(name)
          : "is a link to nothing (%s); put back or mount what it leads to".formatted(target);
    }
    if (name != null && isPair(file)) {
      FilePair pair = FilePair.of(file);
      if (pair.missing() != null) {
        return "is half of an .hdr/.img pair, and %s is not there".formatted(pair.missing());
      }
      Path other = file.equals(pair.header()) ? pair.voxels() : pair.header();
      if (leadsNowhere(other)) {
        return "is half of an .hdr/.img pair, whose other half " + reason(other);
      }
    }
    String text = pointer(file);
    if (text.startsWith("/" + ANNEX) || text.contains(".git/" + ANNEX)) {
      return "is a git-annex pointer, its content is not here; " + fetch(name);
    }
    if (LFS.stream().anyMatch(text::startsWith)) {
      return "is a git-lfs pointer, its content is not here; fetch it: git lfs pull";
    }
    return null;
  }

  private static String fetch(Path name) {
    return "fetch it: git annex get %s, or datalad get %s".formatted(name, name);
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().replace('\\', '/');
    } catch (IOException e) {
      return "which cannot be read"; // It was a link a moment ago.
    }
  }

  /** The text of a file that is short enough for a pointer, else nothing. */
  private static String pointer(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_POINTER) {
        return "";
      }
      try (InputStream in = Files.newInputStream(file)) {
        return new String(in.readNBytes(LONGEST_POINTER), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return ""; // Who reads the image will say why it cannot be read.
    }
  }

  private static String stem(Path file) {
    return file.resolveSibling(FileNames.stem(file)).toString().toLowerCase(Locale.ROOT);
  }
}
