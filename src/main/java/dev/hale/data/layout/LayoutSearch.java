package dev.hale.data.layout;

import dev.hale.data.prepared.Split;
import dev.hale.io.NoImage;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the subjects of a data set by the names of its files. Nothing is guessed. */
public final class LayoutSearch {
  private final DatasetLayout layout;
  private final Path root;
  private final WantedChannels channels;
  private final Map<String, Subject> subjects = new TreeMap<>();
  private final TreeSet<String> recognised = new TreeSet<>();

  /** A scan's files as they come in. */
  private static final class Subject {
    private final String patient;
    private final Map<String, Path> files = new LinkedHashMap<>();
    private String trouble;
    private OptionalInt label = OptionalInt.empty();
    private Optional<Split> split = Optional.empty();

    Subject(String patient) {
      this.patient = patient;
    }
  }

  private LayoutSearch(DatasetLayout layout, Path root, WantedChannels channels) {
    this.layout = layout;
    this.root = root.toAbsolutePath().normalize();
    this.channels = channels;
  }

  /**
   * Looks through a folder.
   *
   * @param root the data set's folder, or one subject's
   * @param channels that a scan must have, but the optional ones
   */
  public static Found find(DatasetLayout layout, Path root, WantedChannels channels) {
    return new LayoutSearch(layout, root, channels).find();
  }

  private Found find() {
    if (!Files.isDirectory(root)) {
      throw new DataException(root + ": no such folder");
    }
    List<FileRule> rules = layout.rules();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      files = walk.filter(NoImage::isThere).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(root, e), e);
    }
    files.stream().filter(file -> !NoImage.isPair(file)).forEach(file -> take(file, rules));
    files.stream().filter(NoImage::isPair).forEach(file -> take(file, rules));
    List<SubjectFiles> complete = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    subjects.forEach((name, subject) -> judge(name, subject, complete, skipped));
    unrecognised(files, skipped);
    files.stream()
        .filter(NoImage::isLostFolder)
        .forEach(file -> skipped.add(new Skipped(below(file), NoImage.reason(file), true)));
    return new Found(complete, skipped);
  }

  private void take(Path file, List<FileRule> rules) {
    String path = root.getFileName() + "/" + below(NoImage.asSingle(file));
    for (FileRule rule : rules) {
      Matcher matcher = rule.path().matcher(path);
      if (matcher.matches()) {
        recognised.add(top(file));
        put(rule.role(), file, matcher);
        return;
      }
    }
  }

  private void put(String role, Path file, Matcher matcher) {
    String patient = FileRule.group(matcher, "patient");
    String slice = FileRule.group(matcher, "slice");
    String name = FileRule.group(matcher, "subject");
    String subjectName = name != null ? name.replace('/', '_') : patient + "_" + slice;
    Subject subject =
        subjects.computeIfAbsent(
            subjectName, key -> new Subject(patient == null ? subjectName : patient));
    Path other = subject.files.putIfAbsent(role, file);
    if (other != null && !NoImage.isPair(file)) {
      subject.trouble =
          "two files are its %s: %s, %s"
              .formatted(role, root.relativize(other), root.relativize(file));
    }
    if (FileRule.group(matcher, "healthy") != null) {
      subject.label = OptionalInt.of(0);
    } else if (FileRule.group(matcher, "diseased") != null) {
      subject.label = OptionalInt.of(1);
    }
    String split = FileRule.group(matcher, "split");
    if (split != null) {
      subject.split =
          Optional.of(
              switch (split.toLowerCase(Locale.ROOT)) {
                case "train" -> Split.TRAIN;
                case "test" -> Split.TEST;
                default -> Split.VALIDATION;
              });
    }
  }

  private void judge(
      String name, Subject subject, List<SubjectFiles> complete, List<Skipped> skipped) {
    List<String> there = channels.names().stream().filter(subject.files::containsKey).toList();
    List<String> missing = new ArrayList<>(channels.missing(there));
    if (layout.masked && !subject.files.containsKey(FileRule.LESION)) {
      missing.add("lesion mask");
    }
    String unread = unread(subject);
    if (subject.trouble != null) {
      skipped.add(new Skipped(name, subject.trouble));
    } else if (!missing.isEmpty()) {
      String reason = "has no " + String.join(", no ", missing);
      skipped.add(
          unread.isEmpty()
              ? new Skipped(name, reason)
              : new Skipped(name, unread + "; " + reason, true));
    } else if (!unread.isEmpty()) {
      skipped.add(new Skipped(name, unread, true));
    } else {
      Map<String, Path> chosen = new LinkedHashMap<>();
      there.forEach(channel -> chosen.put(channel, subject.files.get(channel)));
      complete.add(
          new SubjectFiles(
              subject.patient,
              name,
              chosen,
              Optional.ofNullable(subject.files.get(FileRule.LESION)),
              layout.lesionValue,
              Optional.ofNullable(subject.files.get(FileRule.BRAIN)),
              subject.label,
              subject.split,
              Map.of()));
    }
  }

  /** Which of the files that would be taken are no images, and why; empty where all are. */
  private String unread(Subject subject) {
    return subject.files.entrySet().stream()
        .filter(
            file ->
                channels.names().contains(file.getKey())
                    || file.getKey().equals(FileRule.LESION)
                    || file.getKey().equals(FileRule.BRAIN))
        .map(Map.Entry::getValue)
        .filter(file -> NoImage.reason(file) != null)
        .map(file -> below(file) + " " + NoImage.reason(file))
        .collect(Collectors.joining("; "));
  }

  /** Folders directly below the root in which no file has a known name. */
  private void unrecognised(List<Path> files, List<Skipped> skipped) {
    files.stream()
        .filter(file -> !file.getParent().equals(root))
        .map(this::top)
        .distinct()
        .filter(top -> !recognised.contains(top))
        .sorted(Comparator.naturalOrder())
        .forEach(
            top ->
                skipped.add(
                    new Skipped(
                        top,
                        "no file in it is named as in layout "
                            + layout.name().toLowerCase(Locale.ROOT).replace('_', '-'))));
  }

  private String below(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private String top(Path file) {
    return root.relativize(file).getName(0).toString();
  }
}
