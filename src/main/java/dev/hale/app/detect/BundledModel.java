package dev.hale.app.detect;

import dev.hale.engine.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo's model, which travels in a jar of its own, as a folder on disk for as long as it is
 * needed.
 *
 * @param folder a temporary folder
 */
public record BundledModel(Path folder) implements AutoCloseable {
  private static final String PLACE = "META-INF/hale/models/demo/";
  private static final List<String> FILES =
      List.of(
          "diffusion.safetensors",
          "critic.safetensors",
          "classifier.safetensors",
          "detector.json",
          "detector-counterfactual.json",
          "detector-combined-fusion.json");

  /** Writes the model's files into a fresh temporary folder. */
  public static BundledModel extract() {
    try {
      BundledModel model = new BundledModel(Files.createTempDirectory("hale-demo"));
      for (String file : FILES) {
        try (InputStream in =
            BundledModel.class.getClassLoader().getResourceAsStream(PLACE + file)) {
          if (in == null) {
            throw new CheckpointException(
                "no demo model on the class path (hale-models): no " + PLACE + file);
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
