package dev.hale.training;

import dev.hale.HaleException;

/** A training that cannot go on. */
public final class TrainingException extends HaleException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
