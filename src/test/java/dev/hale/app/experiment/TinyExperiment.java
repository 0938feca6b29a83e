package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.HaleException;
import dev.hale.app.TinyConfig;
import dev.hale.app.experiment.report.ExperimentResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An experiment with two subjects to learn from, by methods that take no time. */
abstract class TinyExperiment {
  static final String PHANTOMS =
      "test: {phantoms: {pathology: glioma, subjects: 2, healthy: 1, first_seed: 900}}\n";

  @TempDir Path folder;
  Path config;

  @BeforeEach
  void writeConfig() throws Exception {
    config = folder.resolve("tiny.yaml");
    Files.writeString(config, TinyConfig.of(folder.resolve("never"), 2, "0", 6));
  }

  ExperimentConfig experiment(String more) throws Exception {
    return experiment(more, "bright", "dark");
  }

  ExperimentConfig experiment(String more, String parent, String reference) throws Exception {
    Path file = folder.resolve("experiment.yaml");
    Files.writeString(
        file,
        """
        name: tiny
        title: Tiny <b>test</b> & more
        config: %s
        methods: [%s, %s]
        reference: %s
        parents: [%s]
        seed: 3
        """
                .formatted(config, parent, reference, reference, parent)
            + more);
    return ExperimentConfig.read(file);
  }

  ExperimentResult run(ExperimentConfig config, FakeMethods fakes) {
    return new Experiment(config, false, folder.resolve("out"), fakes, "hale experiment run x")
        .run(new ExperimentListener() {});
  }

  String experimentFails(String more) {
    return assertThrows(HaleException.class, () -> experiment(more)).getMessage();
  }

  static void assertMistake(String expected, String message) {
    assertTrue(message.contains(expected), message);
  }
}
