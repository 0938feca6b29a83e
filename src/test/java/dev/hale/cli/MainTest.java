package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
  @Test
  void theRootPageListsEveryCommandAndExitCode() {
    CommandRun run = CommandRun.of("--help");
    assertEquals(0, run.exit());
    assertEquals("", run.err());
    for (String command : commands().getSubcommands().keySet()) {
      assertTrue(run.out().contains("\n  " + command + "  "), command);
    }
    for (ExitCode exit : ExitCode.values()) {
      assertTrue(run.out().contains("\n  " + exit.code() + " "), exit.name());
    }
  }

  @Test
  void everyCommandHasAManualPageThatFitsTheTerminal() {
    commands().getSubcommands().values().forEach(MainTest::checkPage);
  }

  private static void checkPage(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    List<String> path = List.of(name.split(" ")).subList(1, name.split(" ").length);
    CommandRun run =
        CommandRun.of(Stream.concat(path.stream(), Stream.of("--help")).toArray(String[]::new));
    assertEquals(0, run.exit(), name);
    assertTrue(run.out().startsWith("NAME\n  " + name + " - "), run.out());
    boolean group = !command.getSubcommands().isEmpty();
    for (String section :
        List.of("SYNOPSIS", "DESCRIPTION", "OPTIONS", group ? "COMMANDS" : "EXAMPLES")) {
      assertTrue(run.out().contains("\n" + section + "\n"), name + " lacks " + section);
    }
    run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    CommandRun help =
        CommandRun.of(Stream.concat(Stream.of("help"), path.stream()).toArray(String[]::new));
    assertEquals(run.out(), help.out());
    command.getSubcommands().values().forEach(MainTest::checkPage);
  }

  @Test
  void aMistypedCommandIsAUsageErrorWithASuggestion() {
    CommandRun run = CommandRun.of("phantm");
    assertEquals(ExitCode.USAGE.code(), run.exit());
    assertEquals("", run.out());
    assertEquals(
        "hale: unknown command phantm; did you mean phantom? (try hale --help)\n", run.err());
  }

  @Test
  void aMistypedOptionIsAUsageErrorWithASuggestion() {
    CommandRun run = CommandRun.of("completion", "--verbos");
    assertEquals(ExitCode.USAGE.code(), run.exit());
    assertEquals(
        "hale: unknown option --verbos; did you mean --verbose? (try hale completion --help)\n",
        run.err());
  }

  @Test
  void noCommandShowsTheRootPageAsAUsageError() {
    CommandRun run = CommandRun.of();
    assertEquals(ExitCode.USAGE.code(), run.exit());
    assertEquals("", run.out());
    assertEquals(CommandRun.of("--help").out(), run.err());
  }

  @Test
  void theVersionIsOneLine() {
    assertEquals("hale " + Version.current() + "\n", CommandRun.of("--version").out());
  }

  @Test
  void completionPrintsAScriptThatKnowsTheCommands() {
    String script = CommandRun.of("completion").out();
    assertTrue(script.startsWith("#!/usr/bin/env bash"), script);
    assertTrue(script.contains("_picocli_hale_completion"), script);
  }

  @Test
  void aLostResultIsNotASuccess() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(new PrintStream(full, true), CommandRun.stream(err), false, false, false, 80);
    assertEquals(ExitCode.DATA.code(), Main.run(console, "--version"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("standard output cannot be written"));
  }

  @Test
  void colourAppearsOnlyOnATerminal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console terminal =
        new Console(
            CommandRun.stream(out),
            CommandRun.stream(new ByteArrayOutputStream()),
            true,
            false,
            true,
            80);
    assertEquals(0, Main.run(terminal, "--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("\u001b["));
    assertEquals(-1, CommandRun.of("--help").out().indexOf('\u001b'));
  }

  @Test
  void exitCodesAreDistinct() {
    assertEquals(
        ExitCode.values().length,
        Arrays.stream(ExitCode.values()).map(ExitCode::code).distinct().count());
  }

  private static CommandLine commands() {
    HaleCommand hale = new HaleCommand(Console.ofProcess());
    return Main.commandLine(hale, new ErrorReport(hale));
  }
}
