package dev.hale.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The root command: the list of commands and the options that every one of them takes. A new
 * command is a class of its own and one line in {@link Commands}.
 */
@Command(
    name = "hale",
    header = "find lesions in medical images, having learnt only from healthy and diseased",
    description = {
      "Shows the healthy image that a patient might have had, and marks what differs. Models learn"
          + " from image labels alone (\"healthy\", \"diseased\"); nobody draws a lesion for them.",
      "",
      "Results go to standard output, progress and messages to standard error. With --json a"
          + " command prints exactly one JSON document."
    },
    footerHeading = "%n@|bold ENVIRONMENT|@%n",
    footer = {
      "  HALE_CLASSPATH  Jars with methods, networks or samplers of your own, colons between.",
      "  HALE_ISA        Instruction set of hale's CPU kernels: baseline, avx2 or avx512.",
      "                  Default: the best that the processor has. hale info shows it.",
      "  HALE_JAVA_OPTS  Options for the Java virtual machine, such as -Xmx8g.",
      "  JAVA_HOME       The JDK to use, 17 or newer; otherwise java on the PATH.",
      "  NO_COLOR        Set to anything to switch colours off.",
      "",
      "  hale COMMAND --help describes a command."
    },
    versionProvider = VersionLine.class)
final class HaleCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Show no progress.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show the whole stack trace of an error.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this page.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  boolean version;

  private final Console console;

  HaleCommand(Console console) {
    this.console = console;
  }

  Console console() {
    return console;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr(), ManualPage.ansi(console, false));
    return ExitCode.USAGE.code();
  }
}
