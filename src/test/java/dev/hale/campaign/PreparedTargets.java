package dev.hale.campaign;

import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.SmallSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of a prepared set, each mutated among sound ones. */
final class PreparedTargets {
  private PreparedTargets() {}

  /** All of them, in that folder. */
  static List<Target> in(Path folder) throws IOException {
    return List.of(
        target(folder, "set.json"),
        target(folder, "index.csv"),
        target(folder, "images-00000.npy"),
        target(folder, "lesion-00001.npy"));
  }

  /** A set of its own, so that what is left of one file hurts no other. */
  private static Target target(Path folder, String name) throws IOException {
    Path set = SmallSets.write(folder.resolve("set-of-" + name), SmallSets.items());
    Path file = set.resolve(name);
    return Target.of(
            "prepared set, " + name, file, List.of(Files.readAllBytes(file)), written -> use(set))
        .withShare(2);
  }

  /** What a training reads of it. */
  private static void use(Path folder) {
    try (PreparedSet set = PreparedSet.open(folder)) {
      set.warnings();
      set.description();
      set.indexChecksum();
      int pixels = set.imageSize() * set.imageSize();
      float[] stacked = new float[set.channels(1) * pixels];
      for (int row = 0; row < set.slices().size(); row++) {
        set.brain(row);
        set.lesion(row);
        set.stack(set.planes(row, 1), stacked, 0);
      }
    }
  }
}
