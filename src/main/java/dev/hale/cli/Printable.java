package dev.hale.cli;

import java.util.regex.Pattern;

/**
 * Text as it may go to a terminal. Names of files and what files say can hold control characters,
 * which would move the cursor, rename the window or turn the line around.
 */
final class Printable {
  /** Control characters but for line feeds and tabs, and those that turn the writing direction. */
  private static final Pattern ACTIVE =
      Pattern.compile("[\\p{Cc}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069&&[^\\n\\t]]");

  private Printable() {}

  /** The text with such characters written out, {@code \u001b}. */
  static String of(String text) {
    return ACTIVE
        .matcher(text)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }
}
