package dev.hale.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine;

/** The program's entry point: builds the command line, runs it, exits with its code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // numbers in tables and files look the same everywhere
    System.getProperties().putIfAbsent("java.util.logging.SimpleFormatter.format", "hale: %5$s%n");
    System.exit(run(Console.ofProcess(), args));
  }

  /** Runs one command and answers with the exit code; never throws. */
  static int run(Console console, String... args) {
    HaleCommand hale = new HaleCommand(console);
    ErrorReport errors = new ErrorReport(hale);
    try {
      CommandLine line = commandLine(hale, errors, any -> Commands.addFor(any, List.of(args)));
      int code = line.execute(args);
      if (console.out().checkError()) {
        console.err().println("hale: standard output cannot be written");
        return code == ExitCode.OK.code() ? ExitCode.DATA.code() : code;
      }
      return code;
    } catch (Throwable error) { // picocli passes java.lang.Error through
      return errors.report(error);
    }
  }

  /** With all commands. */
  static CommandLine commandLine(HaleCommand hale, ErrorReport errors) {
    return commandLine(hale, errors, Commands::addAll);
  }

  private static CommandLine commandLine(
      HaleCommand hale, ErrorReport errors, Consumer<CommandLine> addCommands) {
    Console console = hale.console();
    CommandLine line = new CommandLine(hale);
    addCommands.accept(line);
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler(errors);
    line.setParameterExceptionHandler(errors);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ManualPage.ansi(console, true)));
    ManualPage.apply(line, console);
    return line;
  }
}
