package dev.hale.cli;

import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints any failure as one line, {@code hale: …}, and answers with its exit code. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final int MOST_SUGGESTIONS = 3;
  private final HaleCommand hale;

  ErrorReport(HaleCommand hale) {
    this.hale = hale;
  }

  @Override
  public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
    return report(error);
  }

  /** Reports an exception or error from a command; a stack trace follows with {@code --verbose}. */
  int report(Throwable thrown) {
    ExitCode exit = ExitCode.of(thrown);
    Throwable error = ExitCode.unwrap(thrown);
    PrintStream err = hale.console().err();
    err.println("hale: " + oneLine(describe(error, exit)));
    if (hale.verbose) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return exit.code();
  }

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    String page = error.getCommandLine().getCommandSpec().qualifiedName();
    hale.console()
        .err()
        .println("hale: %s (try %s --help)".formatted(oneLine(describe(error)), page));
    return ExitCode.USAGE.code();
  }

  private static String describe(Throwable error, ExitCode exit) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    if (error instanceof OutOfMemoryError) {
      return "out of memory: %s; give Java more with HALE_JAVA_OPTS=-Xmx8g, or work on less at once"
          .formatted(message);
    } else if (error instanceof FileSystemException file) {
      return "%s: %s".formatted(reason(file), file.getFile());
    } else if (exit == ExitCode.INTERRUPTED) {
      return "interrupted";
    } else if (exit == ExitCode.INTERNAL) {
      return "internal error: %s%s%s"
          .formatted(
              error.getClass().getSimpleName(),
              message.isEmpty() ? "" : ": " + message,
              " (--verbose shows where)");
    } else if (error instanceof LinkageError) {
      return "native library cannot be loaded: " + message;
    }
    return message.isEmpty() ? error.getClass().getSimpleName() : message;
  }

  private static String reason(FileSystemException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    } else if (error instanceof AccessDeniedException) {
      return "permission denied";
    } else if (error instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    return error.getReason() == null ? "cannot be read or written" : error.getReason();
  }

  private static String describe(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      String message = error.getMessage() == null ? "wrong usage" : error.getMessage();
      return lowerFirst(message.replaceFirst("^Error: ", "")); // of options that exclude another
    }
    boolean takesCommand = !error.getCommandLine().getSubcommands().isEmpty();
    String kind =
        unmatched.isUnknownOption()
            ? "unknown option"
            : takesCommand ? "unknown command" : "unexpected argument";
    String message = kind + " " + unmatched.getUnmatched().get(0);
    List<String> suggestions = unmatched.getSuggestions();
    if (suggestions.isEmpty() || !(takesCommand || unmatched.isUnknownOption())) {
      return message;
    }
    String typed = unmatched.getUnmatched().get(0);
    List<String> alike = // few mistype the first letter, and long names resemble everything
        suggestions.stream().filter(name -> sameBeginning(name, typed)).toList();
    return (alike.isEmpty() ? suggestions : alike)
        .stream()
            .limit(MOST_SUGGESTIONS)
            .collect(Collectors.joining(" or ", message + "; did you mean ", "?"));
  }

  private static boolean sameBeginning(String name, String typed) {
    String begin = name.replaceFirst("^-+", "");
    return !begin.isEmpty() && typed.replaceFirst("^-+", "").startsWith(begin.substring(0, 1));
  }

  private static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static String oneLine(String text) {
    return Printable.of(text.strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
