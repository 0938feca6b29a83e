package dev.hale.engine;

import dev.hale.HaleException;

/** A model file that is damaged, hostile, of another format, or of another architecture. */
public final class CheckpointException extends HaleException {
  private static final long serialVersionUID = 1L;

  /**
   * An error of its own.
   *
   * @param message one line: what was wrong, and what to do
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was wrong, and what to do
   * @param cause the other one
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
