package dev.hale.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code hale help detect}, for those who try that first. */
@Command(
    name = "help",
    header = "show the manual page of hale or of a command",
    description = "Shows the same page as hale COMMAND --help.",
    footer = "  hale help completion")
final class HelpCommand implements Runnable {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command to describe; none for hale itself.")
  List<String> path = new ArrayList<>();

  @Override
  public void run() {
    CommandLine command = spec.root().commandLine();
    for (String name : path) {
      CommandLine below = command.getSubcommands().get(name);
      if (below == null) {
        throw new UnmatchedArgumentException(command, List.of(name));
      }
      command = below;
    }
    command.usage(spec.commandLine().getOut(), command.getColorScheme());
  }
}
