package dev.hale.cli;

import dev.hale.HaleException;
import dev.hale.detection.DetectionCancelled;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.DeviceException;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What hale tells the shell. This is the only place that turns an exception into a number; the help
 * pages list the same table.
 */
enum ExitCode {
  OK(0, "Success."),
  INTERNAL(1, "Internal error; please report it with the output of --verbose."),
  USAGE(2, "Wrong options or arguments."),
  DATA(3, "An input cannot be read or does not fit, or an output cannot be written."),
  MODEL(4, "A model file is damaged, of another format or of another architecture."),
  DEVICE(5, "A device is absent, or a native library cannot be loaded."),
  PARTIAL(6, "Some files of a batch failed; the others are complete."),
  INTERRUPTED(130, "Interrupted (Ctrl-C).");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  /** The exit code for an exception, looking through what only carries another. */
  static ExitCode of(Throwable thrown) {
    Throwable error = unwrap(thrown);
    if (error instanceof DataException || error instanceof IOException) {
      return DATA;
    } else if (error instanceof CheckpointException) {
      return MODEL;
    } else if (error instanceof DeviceException || error instanceof LinkageError) {
      return DEVICE;
    } else if (error instanceof InterruptedException
        || error instanceof CancellationException
        || error instanceof DetectionCancelled) {
      return INTERRUPTED;
    } else if (error instanceof HaleException) {
      return DATA; // an error that a person can act on, of a kind that has no code of its own
    }
    return INTERNAL;
  }

  /** The error that a wrapper such as {@link ExecutionException} carries. */
  static Throwable unwrap(Throwable thrown) {
    Throwable error = thrown;
    while (error.getCause() != null
        && (error instanceof ExecutionException
            || error instanceof CompletionException
            || error instanceof ExceptionInInitializerError
            || error instanceof DetectionCancelled
            || error instanceof UncheckedIOException)) {
      error = error.getCause();
    }
    return error;
  }

  /** Code to meaning in ascending order, for the help pages. */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    for (ExitCode exit : values()) {
      table.put(Integer.toString(exit.code), exit.meaning);
    }
    return table;
  }
}
