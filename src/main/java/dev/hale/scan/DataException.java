package dev.hale.scan;

import dev.hale.HaleException;

/** A scan, image or data set that cannot be read, or does not fit what is asked of it. */
public final class DataException extends HaleException {
  private static final long serialVersionUID = 1L;

  /**
   * An error of its own.
   *
   * @param message one line: what was wrong, and what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was wrong, and what to do
   * @param cause the other one
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
