package dev.hale.app.experiment;

import dev.hale.detection.AnomalyDetector;
import dev.hale.engine.Device;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The methods that an experiment can choose from, by name. */
public interface MethodProvider {
  /** Where networks are trained and detect. */
  default Device device() {
    return Device.CPU;
  }

  /** The names of all, as experiments write them. */
  List<String> names();

  /**
   * Whether the method trains any network, so that another seed gives another one.
   *
   * @param method one of {@link #names}
   */
  default boolean learns(String method, Fold fold) {
    return true;
  }

  /**
   * Trains what the method still lacks in the fold's folder and sets its label-free threshold, from
   * images and image labels alone. It may have been killed at any moment before: it goes on where
   * it was, and does nothing that is done already, by itself or by another method of the fold.
   *
   * @param method one of {@link #names}
   * @throws dev.hale.HaleException where it cannot
   */
  void train(String method, Fold fold, ExperimentListener listener);

  /**
   * Opens a method that {@link #train} has finished; the caller closes it.
   *
   * @param method one of {@link #names}
   */
  AnomalyDetector open(String method, Fold fold);

  /**
   * The critics of clean images that the method is made of, by their networks' names.
   *
   * @param method one of {@link #names}
   */
  default List<String> critics(String method, Fold fold) {
    return List.of();
  }

  /**
   * Opens a critic of a method that {@link #train} has finished; the caller closes it.
   *
   * @param name one of {@link #critics}
   */
  default ImageScorer critic(String name, Fold fold) {
    throw new DataException("there is no critic " + name);
  }

  /**
   * Trains what is still missing of a critic that no method uses, and opens it; the caller closes
   * it. Asked for only where a method of the fold made healthy images.
   *
   * @return empty where nothing says how to train one
   */
  default Optional<Judge> judge(Fold fold, ExperimentListener listener) {
    return Optional.empty();
  }

  /** The log of the critic's training, if there was one, as {@link #trainingLogs}. */
  default Map<String, Path> judgeLog(Fold fold) {
    return Map.of();
  }

  /** Seconds of work that methods took over from each other, all in all until now. */
  default double savedSeconds() {
    return 0;
  }

  /**
   * The logs of the trainings that the method is made of, {@code metrics.jsonl} files that exist,
   * by the name of what was trained; empty for a method that learns nothing.
   *
   * @param method one of {@link #names}
   */
  Map<String, Path> trainingLogs(String method, Fold fold);
}
