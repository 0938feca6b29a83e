package dev.hale.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks into prepared training data. */
@Command(
    name = "data",
    header = "look into prepared training data",
    description = "Shows what a prepared set holds, before a training spends a week on it.",
    footer = "  hale data show out/data/demo --out sheet.png",
    subcommands = DataShowCommand.class)
final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: show");
  }
}
