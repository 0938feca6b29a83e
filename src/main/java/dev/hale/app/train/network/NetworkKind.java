package dev.hale.app.train.network;

import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.recipe.TrainingPlan;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.training.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network that can be trained. Kinds are found by {@link java.util.ServiceLoader}: a jar on the
 * class path that names a class of its own in {@code
 * META-INF/services/dev.hale.app.train.network.NetworkKind} adds one to {@code hale train} and to
 * what methods may ask for. A kind holds no state.
 */
public interface NetworkKind {
  /** Name of its command, its training's folder and, with {@code .safetensors}, of its file. */
  String title();

  /** Name of its section of a configuration; {@code networks.TITLE} for those of other jars. */
  String section();

  /** What its command does, a phrase in lower case. */
  String header();

  /** What its command does, whole sentences. */
  String description();

  /** Lines that show how its command is used. */
  default List<String> examples() {
    return List.of("hale train %s configs/phantom-ms.yaml --out model".formatted(title()));
  }

  /** The only label that it learns from and is judged by; empty where it sees both. */
  default OptionalInt onlyLabel() {
    return OptionalInt.empty();
  }

  /**
   * What the configuration says of it.
   *
   * @throws dev.hale.app.config.ConfigException where it says nothing and has to
   */
  TrainingPlan plan(TrainingConfig config);

  /** The method that has to be calibrated before it is trained; empty where none has. */
  default Optional<String> teacher(TrainingConfig config) {
    return Optional.empty();
  }

  /**
   * What it learns from, where that is not the configuration's set itself.
   *
   * @param set the configuration's
   * @param model the folder of the networks that are trained already, and of this one
   * @param options where and how networks compute that make it
   * @param progress told how many slices are done where it is made of the set first
   * @return open
   */
  default PreparedSet lessons(
      TrainingConfig config,
      PreparedSet set,
      Path model,
      DetectorOptions options,
      DetectionProgress progress) {
    return set;
  }

  /** What it learns. */
  Task task(TrainingConfig config);
}
