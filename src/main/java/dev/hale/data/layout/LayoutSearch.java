package dev.hale.data.layout;

import dev.hale.data.prepared.Split;
import dev.hale.io.FolderWalk;
import dev.hale.io.NoImage;
import dev.hale.io.TrailNames;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/** Finds the subjects of a data set by the names of its files. Nothing is guessed. */
public final class LayoutSearch {
  private final DatasetLayout layout;
  private final Path root;
  private final WantedChannels channels;
  private final Map<Path, Subject> subjects = new TreeMap<>();
  private final TreeSet<String> recognised = new TreeSet<>();

  /** A scan's files as they come in. */
  private static final class Subject {
    private final Optional<String> patient;
    private final Map<String, Path> files = new LinkedHashMap<>();
    private String trouble;
    private OptionalInt label = OptionalInt.empty();
    private Optional<Split> split = Optional.empty();

    Subject(String patient) {
      this.patient = Optional.ofNullable(patient);
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
    List<FileRule> rules = layout.rules(root);
    List<Path> files =
        FolderWalk.files(root, folder -> false).stream().filter(NoImage::isThere).toList();
    files.stream().filter(file -> !NoImage.isPair(file)).forEach(file -> take(file, rules));
    files.stream().filter(NoImage::isPair).forEach(file -> take(file, rules));
    List<SubjectFiles> complete = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    Set<String> controls = layout == DatasetLayout.BIDS ? Participants.controls(root) : Set.of();
    named()
        .forEach(
            (name, subject) -> {
              boolean control = controls.contains(subject.patient.orElse(name));
              judge(name, subject, control, complete, skipped);
            });
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
        put(role(rule), file, matcher);
        return;
      }
    }
  }

  /** A channel as it is wanted, where a data set writes it in another case. */
  private String role(FileRule rule) {
    List<String> wanted = channels.in(List.of(rule.role()));
    return wanted.isEmpty() ? rule.role() : wanted.get(0);
  }

  private void put(String role, Path file, Matcher matcher) {
    String patient = FileRule.group(matcher, "patient");
    String slice = FileRule.group(matcher, "slice");
    String name = FileRule.group(matcher, "subject");
    String subjectName = name != null ? name.replace('/', '_') : patient + "_" + slice;
    boolean healthy = FileRule.group(matcher, "healthy") != null;
    String label = FileRule.group(matcher, healthy ? "healthy" : "diseased");
    String split = FileRule.group(matcher, "split");
    Path place =
        Path.of(split == null ? "" : split, label == null ? "" : label).resolve(subjectName);
    // Images of one name are somebody's, unless the data set itself puts them into two splits.
    String whose = patient == null && split == null ? subjectName : patient;
    Subject subject = subjects.computeIfAbsent(place, key -> new Subject(whose));
    Path other = subject.files.putIfAbsent(role, file);
    if (other != null && !NoImage.isPair(file)) {
      subject.trouble =
          "two files are its %s: %s, %s"
              .formatted(role, root.relativize(other), root.relativize(file));
    }
    if (label != null) {
      subject.label = OptionalInt.of(healthy ? 0 : 1);
    }
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

  /** The subjects by name; the folders that label them tell apart those that are named alike. */
  private Map<String, Subject> named() {
    List<Path> places = List.copyOf(subjects.keySet());
    List<String> names = TrailNames.of(places);
    Map<String, Subject> named = new TreeMap<>();
    for (int n = 0; n < names.size(); n++) {
      named.put(names.get(n), subjects.get(places.get(n)));
    }
    return named;
  }

  private void judge(
      String name,
      Subject subject,
      boolean control,
      List<SubjectFiles> complete,
      List<Skipped> skipped) {
    List<String> there = channels.names().stream().filter(subject.files::containsKey).toList();
    List<String> missing = new ArrayList<>(channels.missing(there));
    boolean masked = subject.files.containsKey(FileRule.LESION);
    if (layout.masked && !masked && !control) {
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
              subject.patient.orElse(name),
              name,
              chosen,
              Optional.ofNullable(subject.files.get(FileRule.LESION)),
              layout.lesionValue,
              Optional.ofNullable(subject.files.get(FileRule.BRAIN)),
              control && !masked ? OptionalInt.of(0) : subject.label,
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
