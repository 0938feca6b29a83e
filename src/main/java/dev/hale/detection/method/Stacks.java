package dev.hale.detection.method;

import dev.hale.engine.CheckpointException;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;

/** Networks that take the channels of several slices, from the lowest up. */
final class Stacks {
  private Stacks() {}

  /**
   * How many slices below and above each a network sees.
   *
   * @param file the network's
   * @param channels that it takes
   * @param images of one slice
   * @throws CheckpointException where these are not the channels of an odd number of slices
   */
  static int context(Path file, int channels, Preprocessing images) {
    int own = images.channels().size();
    int slices = channels / own;
    if (channels % own != 0 || slices % 2 == 0) {
      throw new CheckpointException(
          "%s: the network takes %d channels, which are not those of an odd number of slices with %s"
              .formatted(file, channels, String.join(", ", images.channels())));
    }
    return slices / 2;
  }
}
