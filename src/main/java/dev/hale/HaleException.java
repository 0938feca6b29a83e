package dev.hale;

/**
 * Root of every error that hale reports to a caller. The message is one line that says what was
 * wrong and what to do; the command line prints it without a stack trace.
 */
public class HaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error of its own.
   *
   * @param message one line: what was wrong, and what to do
   */
  public HaleException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was wrong, and what to do
   * @param cause the other one
   */
  public HaleException(String message, Throwable cause) {
    super(message, cause);
  }
}
