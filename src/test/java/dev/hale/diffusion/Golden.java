package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.Parameters;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** One set of reference numbers with both networks that they were computed with. */
final class Golden implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Parameters unetParameters;
  private final Parameters classifierParameters;
  final GoldenNumbers numbers;
  final UNet unet;
  final NoisyClassifier classifier;
  final int noiseLevel;

  private Golden(Path folder, String set, String weights) {
    numbers = new GoldenNumbers(folder.resolve(set + ".io.safetensors"));
    UNetConfig unetConfig = new UNetConfig(backbone("unet"), 2, true);
    unetParameters = load(folder.resolve(set + ".unet." + weights), UNet.shapes(unetConfig));
    unet = new UNet(unetConfig, unetParameters);
    ClassifierConfig classifierConfig =
        new ClassifierConfig(
            backbone("classifier"),
            ClassifierConfig.Pool.valueOf(
                json("classifier").get("pool").asText().toUpperCase(Locale.ROOT)),
            2);
    classifierParameters =
        load(
            folder.resolve(set + ".classifier." + weights),
            NoisyClassifier.shapes(classifierConfig));
    classifier = new NoisyClassifier(classifierConfig, classifierParameters);
    noiseLevel = Integer.parseInt(numbers.metadata("noise_level"));
  }

  /** The set in the folder that HALE_GOLDEN names; the test is skipped where it is not set. */
  static Golden open(String set, String weights) {
    String folder = System.getenv("HALE_GOLDEN");
    assumeTrue(folder != null, "HALE_GOLDEN is not set");
    assertTrue(Files.isDirectory(Path.of(folder)), "HALE_GOLDEN names no folder: " + folder);
    return new Golden(Path.of(folder), set, weights);
  }

  private static Parameters load(Path path, Map<String, long[]> shapes) {
    try (Checkpoint checkpoint = Checkpoint.read(path)) {
      return Parameters.load(checkpoint, shapes);
    }
  }

  private JsonNode json(String key) {
    try {
      return JSON.readTree(numbers.metadata(key));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Backbone backbone(String network) {
    ObjectNode options = (ObjectNode) json(network);
    options.remove("pool");
    options.put("image_size", Integer.parseInt(numbers.metadata("image_size")));
    options.put("in_channels", Integer.parseInt(numbers.metadata("in_channels")));
    return JSON.convertValue(options, Backbone.class);
  }

  /** The U-Net conditioned on a class. */
  Denoiser denoiser(Tensor labels) {
    return (x, timesteps) -> unet.forward(x, timesteps, labels);
  }

  @Override
  public void close() {
    unetParameters.close();
    classifierParameters.close();
    numbers.close();
  }
}
