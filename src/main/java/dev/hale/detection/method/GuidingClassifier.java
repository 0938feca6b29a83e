package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.diffusion.ClassifierGuidance;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Guidance;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;

/** A noise-conditional classifier on its device, that steers a diffusion model towards healthy. */
record GuidingClassifier(NoisyClassifier network, Parameters owned) implements AutoCloseable {
  // Of the first level's size, with one or two blocks a level: 25 to 34 (docs/lab/many-cores.md).
  private static final long ARRAYS = 35;

  /**
   * Opens a folder's classifier, if it is needed.
   *
   * @param settings how a healthy image is made
   * @return its gradient towards healthy; null where nothing is guided
   */
  static Guidance of(
      ModelFolder folder, String name, DiffusionModel model, CounterfactualSettings settings) {
    if (settings.guidance() == 0) {
      return null;
    }
    DetectorOptions options = folder.options();
    GuidingClassifier opened =
        folder.open(
            name,
            "classifierSha256",
            file -> read(file, model, options.device(), options.precision()));
    folder.takes(ARRAYS * Float.BYTES * opened.network.config().backbone().firstLevel());
    return opened.towardsHealthy();
  }

  /**
   * Reads a classifier.
   *
   * @throws CheckpointException where it was trained on other images, slices or noise than the
   *     model
   */
  static GuidingClassifier read(
      Path file, DiffusionModel model, Device device, Precision precision) {
    try (NetworkFile read = NetworkFile.readClassifier(file)) {
      DiffusionSettings settings = read.section("diffusion", DiffusionSettings.class);
      if (!model.preprocessing().equals(read.section("preprocessing", Preprocessing.class))
          || model.settings().trainingSteps() != settings.trainingSteps()
          || !model.settings().schedule().equals(settings.schedule())) {
        throw new CheckpointException(
            "%s and %s were trained on different images or noise schedules"
                .formatted(model.file(), file));
      }
      ClassifierConfig config = read.section("network", ClassifierConfig.class);
      int context = Stacks.context(file, config.backbone().inChannels(), model.preprocessing());
      if (context != model.context()) {
        throw new CheckpointException(
            "%s sees %d slices at once and %s %d: train them with the same network.context"
                .formatted(model.file(), 2 * model.context() + 1, file, 2 * context + 1));
      }
      Parameters parameters =
          DiffusionModel.placeChannelsLast(read.parameters(), device, precision);
      return new GuidingClassifier(new NoisyClassifier(config, parameters), parameters);
    }
  }

  Guidance towardsHealthy() {
    return new ClassifierGuidance(network, DiffusionModel.HEALTHY);
  }

  @Override
  public void close() {
    owned.close();
  }
}
