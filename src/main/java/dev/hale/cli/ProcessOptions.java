package dev.hale.cli;

import dev.hale.app.train.WorkerProcesses;
import dev.hale.training.processes.Rendezvous;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many processes train together, and which of them this one is. */
final class ProcessOptions {
  private static final String PROCESSES = "--processes";

  @Option(
      names = PROCESSES,
      paramLabel = "N",
      description =
          "Train in N processes on this machine, which share its processors and the batch.")
  Integer processes;

  @Option(
      names = "--world-size",
      paramLabel = "N",
      description = "Train as one of N processes, on one machine or several.")
  Integer worldSize;

  @Option(names = "--rank", paramLabel = "R", description = "Which of them: 0 to N-1.")
  Integer rank;

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      description = "Where rank 0 listens, for whoever can reach it: trusted networks only.")
  String master;

  /** Whether this process only starts those that train. */
  boolean startsOthers(CommandSpec command) {
    if (processes != null && (worldSize != null || rank != null || master != null)) {
      throw wrong(command, "--processes sets --world-size, --rank and --master by itself");
    }
    return processes != null && processes != 1;
  }

  /** Throws where other processes are to take part, beside what is for one process alone. */
  void requireNone(CommandSpec command, String alone) {
    if (startsOthers(command) || meeting(command) != null) {
      throw wrong(
          command,
          "%s is for one process; leave out --processes, --world-size, --rank and --master"
              .formatted(alone));
    }
  }

  /** Where to meet the other processes; null where there are none. */
  Rendezvous meeting(CommandSpec command) {
    if (worldSize == null && rank == null && master == null) {
      return null;
    } else if (worldSize == null || rank == null || master == null) {
      throw wrong(command, "--world-size, --rank and --master belong together");
    }
    return Rendezvous.of(rank, worldSize, master);
  }

  private static ParameterException wrong(CommandSpec command, String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Runs this command line in that many processes; answers with its exit code. */
  int startOthers(CommandSpec command) {
    List<String> arguments = new ArrayList<>();
    boolean value = false;
    for (String argument : command.root().commandLine().getParseResult().originalArgs()) {
      if (!value && !argument.startsWith(PROCESSES + "=") && !argument.equals(PROCESSES)) {
        arguments.add(argument);
      }
      value = argument.equals(PROCESSES);
    }
    Console console = ((HaleCommand) command.root().userObject()).console();
    return new WorkerProcesses(Main.class.getName(), arguments, processes)
        .run(console.out(), console.err());
  }
}
