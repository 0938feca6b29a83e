package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.Parameters;
import dev.hale.engine.kernels.Kernels;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One set of reference numbers: both networks, their inputs and what the reference computed. */
final class Golden implements AutoCloseable {
  static final double ONE_CALL = 1e-4;
  static final double LOOP = 1e-3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Checkpoint io;
  private final Parameters unetParameters;
  private final Parameters classifierParameters;
  final UNet unet;
  final NoisyClassifier classifier;
  final GaussianDiffusion diffusion;
  final int noiseLevel;
  final double classifierScale;

  private Golden(Path folder, String set, String weights) {
    io = Checkpoint.read(folder.resolve(set + ".io.safetensors"));
    UNetConfig unetConfig = new UNetConfig(backbone("unet"), 2, true);
    unetParameters = load(folder.resolve(set + ".unet." + weights), UNet.shapes(unetConfig));
    unet = new UNet(unetConfig, unetParameters);
    ClassifierConfig classifierConfig =
        new ClassifierConfig(
            backbone("classifier"),
            ClassifierConfig.Pool.valueOf(
                json("classifier").get("pool").asText().toUpperCase(java.util.Locale.ROOT)),
            2);
    classifierParameters =
        load(
            folder.resolve(set + ".classifier." + weights),
            NoisyClassifier.shapes(classifierConfig));
    classifier = new NoisyClassifier(classifierConfig, classifierParameters);
    int steps = Integer.parseInt(metadata("diffusion_steps"));
    diffusion =
        new GaussianDiffusion(
            new DiffusionChain(
                NoiseSchedule.named(metadata("schedule"), steps),
                TimestepSpacing.parse(metadata("respacing"), steps)),
            Prediction.EPSILON,
            Variance.LEARNED_RANGE);
    noiseLevel = Integer.parseInt(metadata("noise_level"));
    classifierScale = Double.parseDouble(metadata("classifier_scale"));
  }

  /** The set in the folder that HALE_GOLDEN names; the test is skipped where it is not set. */
  static Golden open(String set, String weights) {
    String folder = System.getenv("HALE_GOLDEN");
    assumeTrue(folder != null, "HALE_GOLDEN is not set");
    assertTrue(Files.isDirectory(Path.of(folder)), "HALE_GOLDEN names no folder: " + folder);
    return new Golden(Path.of(folder), set, weights);
  }

  /** The subset that travels with the source. */
  static Golden bundled(Path folder) {
    return new Golden(folder, "small", "safetensors");
  }

  private static Parameters load(Path path, java.util.Map<String, long[]> shapes) {
    try (Checkpoint checkpoint = Checkpoint.read(path)) {
      return Parameters.load(checkpoint, shapes);
    }
  }

  private String metadata(String key) {
    return io.metadata().get(key);
  }

  private JsonNode json(String key) {
    try {
      return JSON.readTree(metadata(key));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Backbone backbone(String network) {
    ObjectNode options = (ObjectNode) json(network);
    options.remove("pool");
    options.put("image_size", Integer.parseInt(metadata("image_size")));
    options.put("in_channels", Integer.parseInt(metadata("in_channels")));
    return JSON.convertValue(options, Backbone.class);
  }

  Tensor get(String name) {
    return io.get(name);
  }

  Kernels kernels() {
    return Kernels.of(dev.hale.engine.Device.CPU.torch().type());
  }

  /** The U-Net conditioned on a class. */
  Denoiser denoiser(Tensor labels) {
    return (x, timesteps) -> unet.forward(x, timesteps, labels);
  }

  void assertAgrees(String name, Tensor actual, double tolerance) {
    Tensor expected = get(name);
    assertTrue(actual.is_same_size(expected), name + " has another shape");
    double scale = expected.abs().max().item_double();
    double difference =
        actual
            .to(torch.ScalarType.Double)
            .sub(expected.to(torch.ScalarType.Double))
            .abs()
            .max()
            .item_double();
    assertTrue(
        difference <= tolerance * scale,
        "%s: largest difference %.3g of largest value %.3g".formatted(name, difference, scale));
  }

  @Override
  public void close() {
    unetParameters.close();
    classifierParameters.close();
    io.close();
  }
}
