package dev.hale.app.experiment;

import dev.hale.app.recipe.TrainingConfig;
import dev.hale.engine.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One training of an experiment's methods: the data that they may see, and where their models go.
 *
 * @param name unique in the experiment: {@code all}, or the patient who is left out; where networks
 *     are trained with several seeds, followed by {@code /seed-SEED}
 * @param folder for the models, called as {@link dev.hale.io.PortableName} has it; what methods
 *     share, such as a network, they place there once
 * @param config with {@code data.set} in the experiment's own folder, and the test patients put
 *     aside; the set is there when a method is trained or opened
 * @param networks files of networks that are taken as they are instead of being trained
 * @param precision in which networks calibrate and detect
 * @param seed of whatever detection draws at random
 */
public record Fold(
    String name,
    Path folder,
    TrainingConfig config,
    List<Path> networks,
    Precision precision,
    long seed) {
  /**
   * The same data with every network trained anew: {@code NAME/seed-SEED}.
   *
   * @param trainingSeed of every training, and of detection
   */
  Fold withSeed(long trainingSeed) {
    String part = "seed-" + trainingSeed;
    return new Fold(
        name + "/" + part,
        folder.resolve(part),
        config.withTrainingSeed(trainingSeed),
        networks,
        precision,
        trainingSeed);
  }

  /**
   * The file of a network that is taken as it is.
   *
   * @param network its name, without {@code .safetensors}
   */
  Optional<Path> given(String network) {
    return networks.stream()
        .filter(file -> String.valueOf(file.getFileName()).equals(network + ".safetensors"))
        .findFirst();
  }
}
