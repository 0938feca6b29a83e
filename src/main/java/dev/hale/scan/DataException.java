package dev.hale.scan;

import dev.hale.HaleException;

/** A scan, image or data set that cannot be read, or does not fit what is asked of it. */
public final class DataException extends HaleException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
