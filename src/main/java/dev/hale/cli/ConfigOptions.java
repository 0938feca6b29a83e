package dev.hale.cli;

import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.network.NetworkKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A configuration file, and what the command line changes of it. */
final class ConfigOptions {
  @Parameters(
      paramLabel = "CONFIG",
      description = "The configuration, a YAML file such as those in configs/.")
  Path config;

  @Option(
      names = "--data",
      paramLabel = "SET",
      description = "The prepared set, made there where it is missing. Default: data.set.")
  Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Puts a value, as YAML, in the place of the configuration's, such as"
              + " diffusion.training.lr=2e-4; may be given often. While training, a key without a"
              + " dot means the network's training: lr=2e-4.")
  List<String> overrides = List.of();

  TrainingConfig read() {
    return read(overrides);
  }

  /** The configuration with further {@code KEY=VALUE} put in, after those of {@code --set}. */
  TrainingConfig readWith(List<String> more) {
    return read(Stream.concat(overrides.stream(), more.stream()).toList());
  }

  /** The configuration, keys without a dot being those of a network's training. */
  TrainingConfig readFor(NetworkKind network) {
    return read(
        overrides.stream()
            .map(set -> set.matches("[^.=]+=.*") ? network.section() + ".training." + set : set)
            .toList());
  }

  private TrainingConfig read(List<String> values) {
    List<String> all = new ArrayList<>(values);
    if (data != null) {
      all.add("data.set='" + data.toString().replace("'", "''") + "'");
    }
    return TrainingConfig.read(config, all);
  }
}
