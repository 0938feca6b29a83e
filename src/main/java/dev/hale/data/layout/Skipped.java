package dev.hale.data.layout;

/**
 * What was found and not taken.
 *
 * @param what name of a subject, or a path below the data set's folder
 * @param reason why
 */
public record Skipped(String what, String reason) {}
