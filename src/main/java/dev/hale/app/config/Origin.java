package dev.hale.app.config;

/** Where a value was written, so that a complaint about it can say so. */
sealed interface Origin {
  /** The beginning of a message about the value at this path. */
  String about(String path);

  /** A line of a file, counted from 1. */
  record Line(String file, int line) implements Origin {
    @Override
    public String about(String path) {
      return file + ":" + line + (path.isEmpty() ? "" : ": " + path);
    }
  }

  /** A {@code --set} of the command line, which names the path itself. */
  record SetOption(String text) implements Origin {
    @Override
    public String about(String path) {
      return "--set " + text;
    }
  }
}
