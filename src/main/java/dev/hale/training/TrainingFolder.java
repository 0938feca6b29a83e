package dev.hale.training;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a training writes.
 *
 * @param folder checkpoints, the best network, pictures
 * @param network the averaged network of the last checkpoint, as a {@link
 *     dev.hale.model.NetworkFile}; averages of other decays lie in {@code folder}
 */
public record TrainingFolder(Path folder, Path network) {
  /** {@code OUT/NAME/} and {@code OUT/NAME.safetensors}. */
  public static TrainingFolder of(Path out, String name) {
    return new TrainingFolder(out.resolve(name), out.resolve(name + ".safetensors"));
  }

  /** The last checkpoint. */
  public Path checkpoint() {
    return folder.resolve("checkpoint.safetensors");
  }

  /** The checkpoint before the last. */
  public Path previous() {
    return folder.resolve("checkpoint-previous.safetensors");
  }

  /** A whole checkpoint that is about to become the last. */
  Path next() {
    return folder.resolve("checkpoint-next.safetensors");
  }

  /** The averaged network of the best validation. */
  public Path best() {
    return folder.resolve("best.safetensors");
  }

  /** A picture of what the averaged network makes up after that step. */
  Path samples(long step) {
    return folder.resolve(String.format(Locale.ROOT, "samples-%06d.png", step));
  }

  /** The averaged network of another decay than the first. */
  public Path average(double decay) {
    return folder.resolve("average-" + decay + ".safetensors");
  }
}
