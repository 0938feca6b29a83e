package dev.hale.app.detect;

import dev.hale.engine.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo's model, which travels in the jar, as a folder on disk for as long as it is needed.
 *
 * @param folder a temporary folder
 */
public record BundledModel(Path folder) implements AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "diffusion.safetensors",
          "critic.safetensors",
          "classifier.safetensors",
          "detector.json",
          "detector-counterfactual.json",
          "detector-combined-regeneration.json");

  /** Writes the model's files into a fresh temporary folder. */
  public static BundledModel extract() {
    try {
      BundledModel model = new BundledModel(Files.createTempDirectory("hale-demo"));
      for (String file : FILES) {
        try (InputStream in = BundledModel.class.getResourceAsStream("/dev/hale/demo/" + file)) {
          if (in == null) {
            throw new CheckpointException("this build of hale carries no demo model: no " + file);
          }
          Files.copy(in, model.folder.resolve(file));
        }
      }
      return model;
    } catch (IOException e) {
      throw new CheckpointException("the demo model cannot be unpacked: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    for (String file : FILES) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }
}
