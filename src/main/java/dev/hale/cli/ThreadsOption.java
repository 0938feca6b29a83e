package dev.hale.cli;

import dev.hale.engine.Engine;
import picocli.CommandLine.Option;

/** On how many of the CPU's threads networks compute. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads. Default: all processors.")
  Integer threads;

  /**
   * From here on.
   *
   * @throws dev.hale.engine.DeviceException if there are to be less than 1
   */
  void apply() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
  }
}
