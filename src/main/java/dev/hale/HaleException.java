package dev.hale;

/**
 * Root of every error that hale reports to a caller. The message is one line that says what was
 * wrong and what to do; the command line prints it without a stack trace.
 */
public class HaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HaleException(String message) {
    super(message);
  }

  public HaleException(String message, Throwable cause) {
    super(message, cause);
  }
}
