package dev.hale.detection.method;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A way to find what is abnormal. Methods are found by {@link java.util.ServiceLoader}: a jar on
 * the class path that names a class of its own in {@code
 * META-INF/services/dev.hale.detection.method.DetectionMethod} adds one to every command. A method
 * holds no state; it is made once, by its constructor without parameters.
 *
 * @param <S> its settings
 * @see LearnedMethod what most methods are
 */
public interface DetectionMethod<S extends MethodSettings> {
  /** Its name in files and commands, such as {@code combined-fusion}. */
  String name();

  /** The record that a model folder's JSON describes. */
  Class<S> settings();

  /** The settings that it has where it needs no model folder; empty where it needs one. */
  default Optional<S> withoutModel() {
    return Optional.empty();
  }

  /** Whether its map says how probable a lesion is at each voxel. */
  default boolean mapsProbabilities() {
    return false;
  }

  /**
   * Opens it.
   *
   * @param folder with its networks; null where it needs none
   * @param config of this method
   * @param chains shared by detectors of the same images, to follow each deterministic chain once
   * @throws dev.hale.engine.CheckpointException if a network is missing, damaged or does not fit
   * @throws IllegalArgumentException if the settings are not possible with these networks
   */
  AnomalyDetector detector(
      Path folder, DetectorConfig config, DetectorOptions options, ChainCache chains);
}
