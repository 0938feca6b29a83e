package dev.hale.detection.method;

import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import java.nio.file.Path;
import java.util.List;

/**
 * A method that maps slices by networks: they are trained, what its settings leave open is measured
 * on slices of known label, and then it detects.
 *
 * @param <S> its settings
 */
public interface LearnedMethod<S extends MethodSettings> extends DetectionMethod<S> {
  /** Its networks, by the names of their files without {@code .safetensors}. */
  List<String> networks(S settings);

  /**
   * Its settings as a configuration has them; what is measured is still open.
   *
   * @throws IllegalArgumentException where they make no sense for it
   */
  S settings(Recipe recipe);

  /**
   * Settings that open its networks: with something in the place of what is still to be measured.
   */
  default S provisional(S settings) {
    return settings;
  }

  /**
   * Measures what the settings leave open, without any lesion mask.
   *
   * @throws dev.hale.scan.DataException where the slices do not tell
   */
  default Calibrated<S> calibrate(S settings, Measurement measurement) {
    return Calibrated.of(settings);
  }

  /**
   * Opens its networks.
   *
   * @param model opens and closes them, and keeps what a map has to say about how it was made
   * @throws dev.hale.engine.CheckpointException if a network is missing, damaged or does not fit
   * @throws IllegalArgumentException if the settings are not possible with these networks
   */
  SliceMethod open(S settings, ModelFolder model);

  @Override
  default AnomalyDetector detector(
      Path folder, DetectorConfig config, DetectorOptions options, ChainCache chains) {
    return new SliceDetector(folder, config, options, chains);
  }
}
