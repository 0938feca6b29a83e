package dev.hale.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares methods on subjects whose lesions are known. */
@Command(
    name = "experiment",
    header = "compare methods on subjects whose lesions are known",
    description =
        "Trains methods, detects in test subjects, measures and writes a report, as a file in"
            + " experiments/ describes it.",
    footer = "  hale experiment run experiments/phantom-ms.yaml --quick",
    subcommands = ExperimentRunCommand.class)
final class ExperimentCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: run");
  }
}
