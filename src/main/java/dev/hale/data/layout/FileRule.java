package dev.hale.data.layout;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of file in a layout.
 *
 * @param role a channel's name, or {@link #LESION} or {@link #BRAIN}
 * @param path what its path looks like, from the name of the data set's folder on, with slashes;
 *     the group {@code subject} is the scan's name, {@code patient} the patient's where it differs,
 *     {@code healthy} or {@code diseased} is set where the path says so, and {@code split}
 */
record FileRule(String role, Pattern path) {
  static final String LESION = "lesion";
  static final String BRAIN = "brain";

  static FileRule of(String role, String path) {
    return new FileRule(role, Pattern.compile(path, Pattern.CASE_INSENSITIVE));
  }

  /** A group of a match, or null where the pattern has none or it took no part. */
  static String group(Matcher matcher, String name) {
    return matcher.pattern().pattern().contains("(?<" + name + ">") ? matcher.group(name) : null;
  }
}
