package dev.hale.data.layout;

import dev.hale.data.prepared.CsvLine;
import dev.hale.data.prepared.Split;
import dev.hale.io.NoImage;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A table of scans, for data of any layout or of several: comma-separated, with a header of {@code
 * subject}, one column a channel (a path, relative to the table), and optionally {@code patient},
 * {@code mask}, {@code brain}, {@code label} (0 healthy, 1 diseased) and {@code split} (train,
 * validation, test). What other columns say, such as {@code site}, is kept with each scan.
 */
public final class ScanTable {
  private static final Set<String> KNOWN =
      Set.of("subject", "patient", "mask", "brain", "label", "split");

  private final Path file;
  private final WantedChannels channels;

  private ScanTable(Path file, WantedChannels channels) {
    this.file = file;
    this.channels = channels;
  }

  /**
   * Reads a table.
   *
   * @param channels columns that there must be, but the optional ones, whose fields may be empty
   * @throws DataException naming the line of the first mistake; files that a line names and are not
   *     there make it skipped instead
   */
  public static Found read(Path file, WantedChannels channels) {
    return new ScanTable(file, channels).read();
  }

  private Found read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(file, e), e);
    }
    if (lines.isEmpty()) {
      throw new DataException(file + ": is empty, expected a header and a line a scan");
    }
    List<String> header = CsvLine.parse(lines.get(0));
    requireHeader(header);
    List<SubjectFiles> subjects = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int n = 1; n < lines.size(); n++) {
      if (lines.get(n).isBlank()) {
        continue;
      }
      Map<String, String> row = row(header, CsvLine.parse(lines.get(n)), n + 1);
      SubjectFiles subject = subject(row, n + 1);
      if (!names.add(subject.subject())) {
        throw mistake(n + 1, "subject %s is there twice".formatted(subject.subject()));
      }
      List<String> absent = absent(subject);
      if (absent.isEmpty()) {
        subjects.add(subject);
      } else {
        skipped.add(new Skipped(subject.subject(), String.join("; ", absent), true));
      }
    }
    return new Found(subjects, skipped);
  }

  private void requireHeader(List<String> header) {
    List<String> missing = new ArrayList<>(List.of("subject"));
    missing.removeAll(header);
    missing.addAll(channels.missing(channels.names().stream().filter(header::contains).toList()));
    if (!missing.isEmpty()) {
      throw mistake(1, "has no column " + String.join(", ", missing));
    }
    if (new HashSet<>(header).size() < header.size()) {
      throw mistake(1, "a column is there twice");
    }
    if (!header.contains("mask") && !header.contains("label")) {
      throw mistake(1, "has neither a column mask nor a column label");
    }
  }

  private Map<String, String> row(List<String> header, List<String> fields, int line) {
    if (fields.size() != header.size()) {
      throw mistake(line, "has %d fields, the header %d".formatted(fields.size(), header.size()));
    }
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      row.put(header.get(i), fields.get(i).strip());
    }
    return row;
  }

  private SubjectFiles subject(Map<String, String> row, int line) {
    String name = row.get("subject");
    if (name.isEmpty()) {
      throw mistake(line, "has no subject");
    }
    Map<String, Path> files = new LinkedHashMap<>();
    channels
        .names()
        .forEach(channel -> path(row.get(channel)).ifPresent(file -> files.put(channel, file)));
    List<String> missing = channels.missing(List.copyOf(files.keySet()));
    if (!missing.isEmpty()) {
      throw mistake(line, "subject %s has no %s".formatted(name, String.join(", no ", missing)));
    }
    String label = row.getOrDefault("label", "");
    if (!label.isEmpty() && !label.equals("0") && !label.equals("1")) {
      throw mistake(line, "label is \"%s\", expected 0 or 1".formatted(label));
    }
    Optional<Path> lesion = path(row.get("mask"));
    if (lesion.isEmpty() && label.isEmpty()) {
      throw mistake(line, "subject %s has neither mask nor label".formatted(name));
    }
    String patient = row.getOrDefault("patient", "");
    return new SubjectFiles(
        patient.isEmpty() ? name : patient,
        name,
        files,
        lesion,
        0,
        path(row.get("brain")),
        label.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(label)),
        split(row.getOrDefault("split", ""), line),
        others(row));
  }

  private Map<String, String> others(Map<String, String> row) {
    Map<String, String> others = new HashMap<>(row);
    others.keySet().removeAll(KNOWN);
    others.keySet().removeAll(Set.copyOf(channels.names()));
    return others;
  }

  private Optional<Path> path(String text) {
    return text == null || text.isEmpty()
        ? Optional.empty()
        : Optional.of(file.toAbsolutePath().resolveSibling(text).normalize());
  }

  private Optional<Split> split(String text, int line) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (Split split : Split.values()) {
      if (split.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(split);
      }
    }
    throw mistake(line, "split is \"%s\", expected train, validation or test".formatted(text));
  }

  private static List<String> absent(SubjectFiles subject) {
    List<Path> files = new ArrayList<>(subject.channels().values());
    subject.lesion().ifPresent(files::add);
    subject.brain().ifPresent(files::add);
    return files.stream().map(ScanTable::absence).filter(Objects::nonNull).toList();
  }

  private static String absence(Path file) {
    String reason = NoImage.reason(file);
    if (reason != null) {
      return file + " " + reason;
    }
    return Files.isRegularFile(file) ? null : "no such file: " + file;
  }

  private DataException mistake(int line, String what) {
    return new DataException("%s:%d: %s".formatted(file, line, what));
  }
}
