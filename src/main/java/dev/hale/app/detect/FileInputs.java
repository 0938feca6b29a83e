package dev.hale.app.detect;

import dev.hale.detection.result.DetectionInputs;
import dev.hale.detection.result.InputFile;
import dev.hale.io.ScanFiles;
import dev.hale.io.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Which files a detection reads, and whether they are those that another one read. Two are the same
 * where their bytes are, wherever they lie.
 */
final class FileInputs {
  private FileInputs() {}

  /** Reads all of a scan's files through. */
  static DetectionInputs of(ScanFiles scan, BrainSource brains) {
    Map<String, InputFile> files = new LinkedHashMap<>();
    channels(scan)
        .forEach((file, channel) -> files.put(file.toString(), InputFile.of(file, channel)));
    Path mask = brains.file(scan);
    return new DetectionInputs(
        files, brains.origin(scan), mask == null ? null : Sha256.ofFiles(mask));
  }

  /**
   * What a scan has otherwise than what was read then.
   *
   * @return in words; empty where a detection would read the same bytes
   */
  static List<String> differences(DetectionInputs made, ScanFiles scan, BrainSource brains) {
    Map<String, InputFile> files = made.files();
    if (files.values().stream().anyMatch(file -> file.sha256() == null)) {
      return List.of("an early build of hale wrote it, and not what its input files held");
    }
    List<String> differences = new ArrayList<>();
    Map<String, String> paths = new LinkedHashMap<>();
    files.forEach((path, file) -> paths.put(key(file.channel()), path));
    channels(scan)
        .forEach(
            (file, channel) -> {
              String then = paths.remove(key(channel));
              if (then == null) {
                differences.add("%s none, now %s".formatted(channel, file));
              } else if (!files.get(then).isSameAs(file)) {
                differences.add(otherFile(channel, then, file));
              }
            });
    paths.forEach(
        (key, path) ->
            differences.add("%s %s, now none".formatted(files.get(path).channel(), path)));
    differences.addAll(otherBrain(made, scan, brains));
    return differences;
  }

  private static Collection<String> otherBrain(
      DetectionInputs made, ScanFiles scan, BrainSource brains) {
    String brain = made.brain();
    String brainSha256 = made.brainSha256();
    Path mask = brains.file(scan);
    String origin = brains.origin(scan);
    if (mask == null || brainSha256 == null) {
      return Objects.equals(brain, origin)
          ? List.of()
          : List.of("brain %s, now %s".formatted(brain, origin));
    }
    return brainSha256.equals(Sha256.ofFiles(mask))
        ? List.of()
        : List.of(otherFile("brain", brain, mask));
  }

  private static String otherFile(String what, String then, Path now) {
    boolean samePlace = absolute(Path.of(then)).equals(absolute(now));
    return samePlace ? now + " has changed" : "%s %s, now %s".formatted(what, then, now);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** What each of a scan's files shows. */
  private static Map<Path, String> channels(ScanFiles scan) {
    Map<Path, String> channels = new LinkedHashMap<>();
    boolean oneEach = scan.files().size() == scan.channels().size();
    for (int f = 0; f < scan.files().size(); f++) {
      channels.put(
          scan.files().get(f),
          oneEach ? scan.channels().get(f) : String.join(",", scan.channels()));
    }
    return channels;
  }

  private static String key(String channel) {
    return channel.toLowerCase(Locale.ROOT);
  }
}
