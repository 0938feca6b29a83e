package dev.hale.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many batches a detection computes side by side. */
final class WorkersOption {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Batches computed side by side, each on its share of the threads; that share alone"
              + " changes a map's last bits. More need more memory. Default: one a thread, or"
              + " as many as half of the free memory holds; on a GPU 1.")
  private Integer workers;

  boolean isGiven() {
    return workers != null;
  }

  /** That many; 0 for as many as fit. */
  int count(CommandSpec command) {
    if (workers != null && workers < 1) {
      throw new ParameterException(
          command.commandLine(), "--workers is %d, must be at least 1".formatted(workers));
    }
    return workers == null ? 0 : workers;
  }
}
