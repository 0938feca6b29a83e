package dev.hale;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.BundledModel;
import dev.hale.detection.method.ChainCache;
import dev.hale.engine.CheckpointException;
import dev.hale.io.FileFailure;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The way in for programs that detect with a trained model:
 *
 * <pre>{@code
 * try (AnomalyDetector detector = Hale.open(Path.of("models/demo"))) {
 *   Scan scan = ScanReader.read(List.of(flair, t1));
 *   AnomalyMap map = detector.detect(scan);
 * }
 * }</pre>
 *
 * <p>Open a model once and share the detector between threads. Errors that a person can act on are
 * {@link HaleException}s with a message of one line.
 */
public final class Hale {
  private Hale() {}

  /**
   * Opens a model folder with the settings it was saved with, on the CPU in float32.
   *
   * @param modelFolder with {@code detector.json} and the networks of the method that it names
   * @throws dev.hale.engine.CheckpointException if it is no model folder, or a damaged one
   * @throws dev.hale.engine.DeviceException if the native libraries cannot be loaded
   */
  public static AnomalyDetector open(Path modelFolder) {
    return open(modelFolder, DetectorOptions.defaults());
  }

  /**
   * Opens a model that travels in a jar on the class path, {@code META-INF/hale/models/NAME/}; the
   * jar of {@code dev.hale:hale-models} has {@code demo}, which was trained on phantoms. Its files
   * lie in a temporary folder until it is open.
   *
   * @throws dev.hale.engine.CheckpointException if there is no such model, or it is damaged
   */
  public static AnomalyDetector openBundled(String name, DetectorOptions options) {
    try (BundledModel model = BundledModel.extract(name)) {
      return open(model.folder(), options);
    } catch (IOException e) {
      throw new CheckpointException(
          "the files of the bundled model %s cannot be deleted: %s"
              .formatted(name, FileFailure.reason(e)),
          e);
    }
  }

  /** As {@link #openBundled(String, DetectorOptions)}, on the CPU in float32. */
  public static AnomalyDetector openBundled(String name) {
    return openBundled(name, DetectorOptions.defaults());
  }

  /** As {@link #open(Path)}, computing where and how the options say. */
  public static AnomalyDetector open(Path modelFolder, DetectorOptions options) {
    return open(modelFolder, DetectorConfig.read(modelFolder), options);
  }

  /**
   * As {@link #open(Path, DetectorOptions)}, with other settings than the model was saved with.
   *
   * @throws IllegalArgumentException if the settings are not possible with this model
   */
  public static AnomalyDetector open(
      Path modelFolder, DetectorConfig config, DetectorOptions options) {
    return config.method().detector(modelFolder, config, options, ChainCache.NONE);
  }
}
