package dev.hale.app.experiment.report;

import java.util.List;
import java.util.Map;

/**
 * What an experiment was made of and with: {@code manifest.json}.
 *
 * @param name of the experiment
 * @param experiment its file, resolved, as YAML
 * @param quick whether it was the small version
 * @param command that started it
 * @param folds the trainings by name: each one's configuration and data
 * @param networks SHA-256 of each file of a network that was not trained here
 * @param subjects SHA-256 of each test subject's scan, brain and truth by name
 * @param versions of hale, its libraries, Java and the source
 * @param machine what it ran on
 * @param runs when it ran, how often it was taken up again included
 * @param seconds wall time of preparing, training and detecting, by what was done
 */
public record ExperimentManifest(
    String name,
    String experiment,
    boolean quick,
    String command,
    Map<String, FoldData> folds,
    Map<String, String> networks,
    Map<String, String> subjects,
    Map<String, String> versions,
    Map<String, String> machine,
    List<Run> runs,
    Map<String, Double> seconds) {

  public ExperimentManifest {
    networks = networks == null ? Map.of() : networks; // of experiments before there were any
  }

  /**
   * A training.
   *
   * @param configuration resolved, as YAML
   * @param dataSha256 of the prepared set's files
   * @param trainingSubjects of the set, those put aside for testing left out
   */
  public record FoldData(String configuration, String dataSha256, List<String> trainingSubjects) {}

  /**
   * A run of the program.
   *
   * @param started in UTC, ISO 8601
   * @param seconds it took; null where it was interrupted, or still goes on
   */
  public record Run(String started, Double seconds) {}

  /** Wall time of all in seconds. */
  public double totalSeconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
