package dev.hale.data.layout;

import dev.hale.data.prepared.CsvLine;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A table in a text file, as spreadsheets of any country write them: UTF-8 with or without a byte
 * order mark, UTF-16, or Windows' Latin letters; fields separated by commas, semicolons, tabs or,
 * where there is none of these, blanks. The first line says what the columns are called; empty
 * lines count for nothing.
 *
 * @param separator in words, for messages
 * @param columns as they are written, without empty ones
 */
record TextTable(Path file, String separator, List<String> columns, List<Row> rows) {
  private static final Charset WINDOWS_LATIN = Charset.forName("windows-1252");
  private static final Map<Character, String> SEPARATORS = separators();
  private static final Pattern BLANKS = Pattern.compile("[ \\u00a0]+");

  /**
   * A line of fields.
   *
   * @param line its number in the file, from 1
   * @param fields by column in lower case, blanks around them taken off
   */
  record Row(int line, Map<String, String> fields) {
    /** The field of a column, whatever the case; empty where there is no such column. */
    String field(String column) {
      return fields.getOrDefault(column.toLowerCase(Locale.ROOT), "");
    }
  }

  private static Map<Character, String> separators() {
    Map<Character, String> separators = new LinkedHashMap<>();
    separators.put(',', "commas");
    separators.put(';', "semicolons");
    separators.put('\t', "tabs");
    return separators;
  }

  /**
   * Reads a table.
   *
   * @throws DataException naming the line of the first mistake
   */
  static TextTable read(Path file) {
    String text;
    try {
      text = decoded(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
    List<String> lines = text.lines().toList();
    int header = 0;
    Character separator = null;
    if (!lines.isEmpty() && lines.get(0).matches("sep=.")) { // what Excel writes for itself
      separator = lines.get(header++).charAt(4);
    }
    while (header < lines.size() && lines.get(header).isBlank()) {
      header++;
    }
    if (header == lines.size()) {
      throw new DataException(file + ": is empty, expected a header and a line a scan");
    }
    if (separator == null) {
      separator = separator(lines.get(header));
    }
    String words = SEPARATORS.getOrDefault(separator, separator == ' ' ? "blanks" : "" + separator);
    List<String> columns = fields(file, lines.get(header), separator, header + 1);
    List<Row> rows = new ArrayList<>();
    for (int n = header + 1; n < lines.size(); n++) {
      List<String> fields = fields(file, lines.get(n), separator, n + 1);
      if (fields.stream().allMatch(String::isEmpty)) {
        continue;
      }
      rows.add(new Row(n + 1, row(file, words, columns, fields, n + 1)));
    }
    List<String> named = columns.stream().filter(column -> !column.isEmpty()).toList();
    HashSet<String> seen = new HashSet<>();
    for (String column : named) {
      if (!seen.add(column.toLowerCase(Locale.ROOT))) {
        throw new DataException(
            "%s:%d: column %s is there twice".formatted(file, header + 1, column));
      }
    }
    return new TextTable(file, words, named, rows);
  }

  private static Map<String, String> row(
      Path file, String separator, List<String> columns, List<String> fields, int line) {
    boolean moreAreEmpty =
        fields.stream().skip(columns.size()).allMatch(String::isEmpty); // as spreadsheets leave
    if (fields.size() < columns.size() || !moreAreEmpty) {
      throw new DataException(
          "%s:%d: has %d fields separated by %s, the header %d"
              .formatted(file, line, fields.size(), separator, columns.size()));
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).isEmpty()) {
        row.put(columns.get(i).toLowerCase(Locale.ROOT), fields.get(i));
      }
    }
    return row;
  }

  private static List<String> fields(Path file, String line, char separator, int number) {
    try {
      return separator == ' '
          ? List.of(BLANKS.split(line.strip()))
          : CsvLine.parse(line, separator).stream().map(String::strip).toList();
    } catch (DataException e) {
      throw new DataException("%s:%d: %s".formatted(file, number, e.getMessage()), e);
    }
  }

  /** The one that the header has most of; a blank where it has none but blanks. */
  private static char separator(String header) {
    char best = header.strip().contains(" ") ? ' ' : ',';
    long most = 0;
    for (char separator : SEPARATORS.keySet()) {
      long count = header.chars().filter(c -> c == separator).count();
      if (count > most) {
        best = separator;
        most = count;
      }
    }
    return best;
  }

  private static String decoded(byte[] bytes) {
    if (startsWith(bytes, 0xef, 0xbb, 0xbf)) {
      return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
    }
    if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
      return new String(bytes, StandardCharsets.UTF_16);
    }
    if (bytes.length > 1 && (bytes[0] == 0) != (bytes[1] == 0)) { // a letter of UTF-16
      return new String(
          bytes, bytes[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, WINDOWS_LATIN); // in which every byte is a letter
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    boolean starts = bytes.length >= start.length;
    for (int i = 0; starts && i < start.length; i++) {
      starts = (bytes[i] & 0xff) == start[i];
    }
    return starts;
  }
}
