package dev.hale.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A plain-text table: columns two spaces apart, numbers flush right, words flush left. Cells are
 * formatted by the caller; a column is numeric where each of its cells starts like a number.
 */
final class Table {
  private final List<String> headers;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headers) {
    this.headers = List.of(headers);
  }

  /** Appends a row with one cell a column. */
  Table row(Object... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(
          "row has %d cells, the table %d columns".formatted(cells.length, headers.size()));
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell == null ? "-" : cell.toString());
    }
    rows.add(row);
    return this;
  }

  /** The table's lines, each ended by a line feed. */
  @Override
  public String toString() {
    int[] widths = new int[headers.size()];
    boolean[] numeric = new boolean[headers.size()];
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] = length(headers.get(c));
      rows.forEach(row -> widths[column] = Math.max(widths[column], length(row.get(column))));
      numeric[c] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(column)));
    }
    StringBuilder text = new StringBuilder();
    append(text, headers, widths, numeric);
    rows.forEach(row -> append(text, row, widths, numeric));
    return text.toString();
  }

  private static void append(
      StringBuilder text, List<String> cells, int[] widths, boolean[] numeric) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - length(cells.get(c)));
      line.append(c == 0 ? "" : "  ");
      line.append(numeric[c] ? padding + cells.get(c) : cells.get(c) + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static boolean isNumber(String cell) {
    return cell.equals("-") || cell.equals("NaN") || cell.matches("[-+]?\\.?\\d.*");
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
