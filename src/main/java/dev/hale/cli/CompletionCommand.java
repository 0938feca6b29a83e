package dev.hale.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the completion script for bash and zsh, made from the commands as they are. */
@Command(
    name = "completion",
    header = "print a completion script for bash and zsh",
    description =
        "Prints a script that lets the shell complete hale's commands, options and file names.",
    footer = {
      "  Complete in this shell, bash or zsh:",
      "    source <(hale completion)",
      "  Complete in every new one:",
      "    hale completion > ~/.hale-completion",
      "    echo 'source ~/.hale-completion' >> ~/.bashrc     # or ~/.zshrc"
    })
final class CompletionCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(AutoComplete.bash("hale", spec.root().commandLine()));
    spec.commandLine().getOut().flush();
  }
}
