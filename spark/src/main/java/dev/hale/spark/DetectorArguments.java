package dev.hale.spark;

import dev.hale.HaleException;
import dev.hale.cli.DetectionOptions;
import dev.hale.detection.AnomalyDetector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** The options of {@code hale detect} that say how a detector is opened, read again as there. */
@Command(name = "hale detect")
final class DetectorArguments {
  private static final List<String> OF_SPARK = List.of("--threads", "--workers");

  @Mixin private DetectionOptions options;

  private DetectorArguments() {}

  /**
   * Reads options.
   *
   * @throws HaleException if one is not known or cannot be
   */
  static DetectorArguments parse(List<String> arguments) {
    DetectorArguments parsed = new DetectorArguments();
    CommandLine line =
        new CommandLine(parsed)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false);
    try {
      line.parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new HaleException(e.getMessage(), e);
    }
    OF_SPARK.stream()
        .filter(line.getParseResult()::hasMatchedOption)
        .findFirst()
        .ifPresent(
            option -> {
              throw new HaleException(option + ": on Spark, spark.task.cpus says how many");
            });
    return parsed;
  }

  /**
   * Opens a model folder.
   *
   * @param folder null where no model was named
   * @param workers batches computed side by side
   * @throws HaleException if these options are not possible with this model
   */
  AnomalyDetector open(Path folder, int workers) {
    try {
      return options.open(folder, workers);
    } catch (ParameterException e) {
      throw new HaleException(e.getMessage(), e);
    }
  }
}
