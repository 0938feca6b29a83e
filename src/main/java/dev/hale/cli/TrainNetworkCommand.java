package dev.hale.cli;

import dev.hale.app.train.network.NetworkKind;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Trains one kind of network. */
@Command
final class TrainNetworkCommand implements Callable<Integer> {
  private final NetworkKind network;

  @Mixin TrainingOptions options;
  @Mixin Output output;

  private TrainNetworkCommand(NetworkKind network) {
    this.network = network;
  }

  /** Its command, with the page that the kind describes. */
  static CommandLine of(NetworkKind network) {
    CommandLine line = new CommandLine(new TrainNetworkCommand(network));
    CommandSpec spec = line.getCommandSpec().name(network.title());
    UsageMessageSpec page = spec.usageMessage();
    page.header(network.header());
    page.description(network.description());
    page.footer(network.examples().stream().map(example -> "  " + example).toArray(String[]::new));
    return line;
  }

  @Override
  public Integer call() {
    return options.train(network, output);
  }
}
