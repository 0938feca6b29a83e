package dev.hale.cli;

import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Mixed into every command that prints results: adds {@code --json}, keeps standard output for the
 * result and standard error for everything else.
 */
final class Output {
  @Option(names = "--json", description = "Print the result as one JSON document instead of text.")
  boolean json;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  /**
   * Prints a command's result, once.
   *
   * @param document what {@code --json} prints: records, maps and lists
   * @param text what a person reads instead
   */
  void print(Object document, Supplier<String> text) {
    String result = json ? JsonOutput.toJson(document) : Printable.of(text.get().stripTrailing());
    hale().console().out().println(result);
  }

  /** Prints one line on standard error; {@code --quiet} leaves it out. */
  void note(String line) {
    if (!hale().quiet) {
      hale().console().err().println(Printable.of(line));
    }
  }

  /** As if {@code --quiet} had been given. */
  void silence() {
    hale().quiet = true;
  }

  /** Prints a warning on standard error, also with {@code --quiet}. */
  void warn(String line) {
    hale().console().err().println("hale: warning: " + Printable.of(line));
  }

  /** Prints warnings, each once. */
  void warn(Stream<String> lines) {
    lines.distinct().forEach(this::warn);
  }

  /** Prints an error that does not end the command, also with {@code --quiet}. */
  void error(String line) {
    hale()
        .console()
        .err()
        .println("hale: " + Printable.of(line.strip().replaceAll("\\s*\\R\\s*", "; ")));
  }

  /** Prints an error's stack trace with {@code --verbose}, otherwise nothing. */
  void trace(Throwable error) {
    if (hale().verbose) {
      error.printStackTrace(hale().console().err());
    }
  }

  /** Starts a progress display of {@code total} units, such as "slices". */
  Progress progress(String label, double total, String unit) {
    Console console = hale().console();
    Progress.Style style =
        hale().quiet
            ? Progress.Style.SILENT
            : console.errIsTerminal() ? Progress.Style.BAR : Progress.Style.PLAIN;
    return new Progress(
        style,
        console.err(),
        console.columns(),
        System::nanoTime,
        Printable.of(label),
        total,
        unit);
  }

  private HaleCommand hale() {
    return (HaleCommand) command.root().userObject();
  }
}
