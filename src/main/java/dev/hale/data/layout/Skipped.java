package dev.hale.data.layout;

/**
 * What was found and not taken.
 *
 * @param what name of a subject, or a path below the data set's folder
 * @param reason why
 * @param failed whether a file is there that cannot be read, rather than none of the kind
 */
public record Skipped(String what, String reason, boolean failed) {
  Skipped(String what, String reason) {
    this(what, reason, false);
  }
}
