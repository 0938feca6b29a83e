package dev.hale.data.prepared;

import dev.hale.scan.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a comma-separated table (RFC 4180): fields with commas or quotation marks stand in
 * quotation marks, which are doubled inside. A field holds no line break.
 */
public final class CsvLine {
  private CsvLine() {}

  /** The line of these fields, without its end. */
  public static String format(List<String> fields) {
    return fields.stream().map(CsvLine::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String field) {
    if (field.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw new DataException("a table's field has a line break: " + field.strip());
    }
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  /** The fields of a line; throws where a quotation mark is not closed or stands inside a field. */
  public static List<String> parse(String line) {
    return parse(line, ',');
  }

  /** The same with another separator in the place of the comma. */
  public static List<String> parse(String line, char separator) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    do {
      StringBuilder field = new StringBuilder();
      if (at < line.length() && line.charAt(at) == '"') {
        at = quoted(line, at + 1, field);
      } else {
        while (at < line.length() && line.charAt(at) != separator) {
          field.append(line.charAt(at++));
        }
      }
      if (at < line.length() && line.charAt(at) != separator) {
        throw new DataException("text after a closing quotation mark: " + line);
      }
      fields.add(field.toString());
    } while (at++ < line.length());
    return fields;
  }

  /** Reads up to the closing quotation mark; answers with the place behind it. */
  private static int quoted(String line, int from, StringBuilder field) {
    for (int at = from; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c != '"') {
        field.append(c);
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        field.append(c);
        at++;
      } else {
        return at + 1;
      }
    }
    throw new DataException("a quotation mark is not closed: " + line);
  }
}
