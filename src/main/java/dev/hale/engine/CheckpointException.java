package dev.hale.engine;

import dev.hale.HaleException;

/** A model file that is damaged, hostile, of another format, or of another architecture. */
public final class CheckpointException extends HaleException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
