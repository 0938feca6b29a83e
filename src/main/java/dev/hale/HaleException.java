package dev.hale;

/**
 * Root of every error that hale reports to a caller. The message is one line that says what was
 * wrong and what to do; the command line prints it without a stack trace.
 */
public class HaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 2000;
  private static final int END = 500;

  /**
   * An error of its own.
   *
   * @param message one line: what was wrong, and what to do
   */
  public HaleException(String message) {
    super(oneLine(message));
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was wrong, and what to do
   * @param cause the other one
   */
  public HaleException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /**
   * Names of files, and what stands in them, can hold line breaks and be of any length; what to do
   * stands at the end.
   */
  private static String oneLine(String message) {
    if (message == null) {
      return null;
    }
    String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
    return line.length() <= LONGEST
        ? line
        : line.substring(0, LONGEST - END) + " … " + line.substring(line.length() - END);
  }
}
