package dev.hale.data.layout;

import dev.hale.data.prepared.Split;
import dev.hale.io.NoImage;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
 * A table of scans, for data of any layout or of several, as {@link TextTable} reads it, with the
 * columns {@code subject}, one a channel (a path, relative to the table), and optionally {@code
 * patient}, {@code mask}, {@code brain}, {@code label} (0 healthy, 1 diseased) and {@code split}
 * (train, validation, test). What other columns say, such as {@code site}, is kept with each scan.
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
    TextTable table = TextTable.read(file);
    requireHeader(table);
    List<SubjectFiles> subjects = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (TextTable.Row row : table.rows()) {
      SubjectFiles subject = subject(row, table.columns());
      if (!names.add(subject.subject())) {
        throw mistake(row, "subject %s is there twice".formatted(subject.subject()));
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

  private void requireHeader(TextTable table) {
    List<String> columns =
        table.columns().stream().map(column -> column.toLowerCase(Locale.ROOT)).toList();
    List<String> missing = new ArrayList<>(List.of("subject"));
    missing.removeAll(columns);
    missing.addAll(channels.missing(table.columns()));
    boolean labelled = columns.contains("mask") || columns.contains("label");
    if (missing.isEmpty() && labelled) {
      return;
    }
    throw new DataException(
        "%s: has %s; its columns, separated by %s, are %s; expected subject, %s, and mask or label"
            .formatted(
                file,
                missing.isEmpty()
                    ? "neither a column mask nor a column label"
                    : "no column " + String.join(", ", missing),
                table.separator(),
                String.join(", ", table.columns()),
                String.join(", ", channels.names())));
  }

  private SubjectFiles subject(TextTable.Row row, List<String> columns) {
    String name = row.field("subject");
    if (name.isEmpty()) {
      throw mistake(row, "has no subject");
    }
    Map<String, Path> files = new LinkedHashMap<>();
    channels
        .names()
        .forEach(channel -> path(row, channel).ifPresent(file -> files.put(channel, file)));
    List<String> missing = channels.missing(List.copyOf(files.keySet()));
    if (!missing.isEmpty()) {
      throw mistake(row, "subject %s has no %s".formatted(name, String.join(", no ", missing)));
    }
    String label = row.field("label").replaceFirst("[.,]0+$", ""); // as spreadsheets have it
    if (!label.isEmpty() && !label.equals("0") && !label.equals("1")) {
      throw mistake(row, "label is \"%s\", expected 0 or 1".formatted(label));
    }
    Optional<Path> lesion = path(row, "mask");
    if (lesion.isEmpty() && label.isEmpty()) {
      throw mistake(row, "subject %s has neither mask nor label".formatted(name));
    }
    String patient = row.field("patient");
    return new SubjectFiles(
        patient.isEmpty() ? name : patient,
        name,
        files,
        lesion,
        0,
        path(row, "brain"),
        label.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(label)),
        split(row),
        others(row, columns));
  }

  private Map<String, String> others(TextTable.Row row, List<String> columns) {
    Map<String, String> others = new HashMap<>();
    for (String column : columns) {
      boolean known = KNOWN.contains(column.toLowerCase(Locale.ROOT));
      if (!known && channels.in(List.of(column)).isEmpty()) {
        others.put(column, row.field(column));
      }
    }
    return others;
  }

  private Optional<Path> path(TextTable.Row row, String column) {
    String text = row.field(column);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(file.toAbsolutePath().resolveSibling(text).normalize());
    } catch (InvalidPathException e) {
      throw mistake(row, "%s is no path: %s".formatted(column, e.getReason()));
    }
  }

  private Optional<Split> split(TextTable.Row row) {
    String text = row.field("split").toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (Split split : Split.values()) {
      if (split.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(split);
      }
    }
    throw mistake(row, "split is \"%s\", expected train, validation or test".formatted(text));
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

  private DataException mistake(TextTable.Row row, String what) {
    return new DataException("%s:%d: %s".formatted(file, row.line(), what));
  }
}
