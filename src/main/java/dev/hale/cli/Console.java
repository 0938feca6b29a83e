package dev.hale.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the program writes, and whether a person is watching. Results go to {@code out}, everything
 * else to {@code err}; both are UTF-8 whatever the locale.
 *
 * @param out standard output
 * @param err standard error
 * @param outIsTerminal whether standard output is a terminal
 * @param errIsTerminal whether standard error is a terminal
 * @param colours whether to colour what goes to a terminal
 * @param columns width of the terminal in characters
 */
record Console(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean colours,
    int columns) {
  static final int DEFAULT_COLUMNS = 80;

  /**
   * The console of this process. Java 17 cannot tell which of its streams is a terminal, so the
   * launcher does and passes {@code hale.terminal} ("out", "err", "out,err" or "") and {@code
   * hale.columns}; without it nothing is taken for a terminal.
   */
  static Console ofProcess() {
    Map<String, String> environment = System.getenv();
    String terminals = System.getProperty("hale.terminal", "");
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        terminals.contains("out"),
        terminals.contains("err"),
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb"),
        columns(System.getProperty("hale.columns", "")));
  }

  static int columns(String text) {
    try {
      int columns = Integer.parseInt(text.strip());
      return columns > 0 ? columns : DEFAULT_COLUMNS;
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
