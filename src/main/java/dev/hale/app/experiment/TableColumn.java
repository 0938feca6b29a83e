package dev.hale.app.experiment;

import dev.hale.app.prepare.Subject;
import dev.hale.scan.DataException;
import java.util.TreeSet;

/**
 * A column of the table that names the scans, as an experiment asks for it.
 *
 * @param key of the experiment's file that names it, for messages
 * @param name the column's
 */
record TableColumn(String key, String name) {
  /**
   * What stands there of a subject.
   *
   * @return not empty
   * @throws DataException where the subject's table has no such column, or nothing in it
   */
  String of(Subject subject) {
    String value = subject.columns().get(name);
    if (value == null) {
      throw new DataException(
          "%s names the column %s, and subject %s comes from %s"
              .formatted(
                  key,
                  name,
                  subject.name(),
                  subject.columns().isEmpty()
                      ? "no table with other columns; layout csv has tables"
                      : "a table that has none; it has "
                          + String.join(", ", new TreeSet<>(subject.columns().keySet()))));
    }
    if (value.isEmpty()) {
      throw new DataException(
          "%s names the column %s, which is empty for subject %s"
              .formatted(key, name, subject.name()));
    }
    return value;
  }
}
