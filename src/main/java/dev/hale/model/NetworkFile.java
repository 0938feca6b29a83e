package dev.hale.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Parameters;
import dev.hale.engine.SafeTensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A network on disk: safetensors weights whose {@code config} metadata is a JSON object with {@code
 * architecture} ({@code unet}, {@code classifier}, {@code critic}, {@code vae}, {@code
 * fixed-point-gan} or {@code segmenter}), {@code network} (the layout), and whatever else belongs
 * to it ({@code diffusion}, {@code preprocessing}, …).
 *
 * @param config the JSON object
 * @param parameters the weights; closing them is the holder's duty
 * @param path where it was read
 */
public record NetworkFile(JsonNode config, Parameters parameters, Path path)
    implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** Of hale's own architectures. */
  private static final Map<String, Layout> LAYOUTS =
      Map.of(
          "unet", layout(UNetConfig.class, UNet::shapes),
          "classifier", layout(ClassifierConfig.class, NoisyClassifier::shapes),
          "critic", layout(CriticConfig.class, ConvCritic::shapes),
          "vae", layout(VaeConfig.class, VariationalAutoencoder::shapes),
          "fixed-point-gan", layout(FixedPointGanConfig.class, FixedPointGenerator::shapes),
          "segmenter", layout(UNetConfig.class, UNet::shapes));

  /** Reads a U-Net's file. */
  public static NetworkFile readUNet(Path path) {
    return read(path, "unet", LAYOUTS.get("unet"));
  }

  /** Reads a classifier's file. */
  public static NetworkFile readClassifier(Path path) {
    return read(path, "classifier", LAYOUTS.get("classifier"));
  }

  /** Reads a critic's file. */
  public static NetworkFile readCritic(Path path) {
    return read(path, "critic", LAYOUTS.get("critic"));
  }

  /** Reads a variational autoencoder's file. */
  public static NetworkFile readVae(Path path) {
    return read(path, "vae", LAYOUTS.get("vae"));
  }

  /** Reads the file of a Fixed-Point GAN's generator. */
  public static NetworkFile readGenerator(Path path) {
    return read(path, "fixed-point-gan", LAYOUTS.get("fixed-point-gan"));
  }

  /** Reads a segmenter's file. */
  public static NetworkFile readSegmenter(Path path) {
    return read(path, "segmenter", LAYOUTS.get("segmenter"));
  }

  /** Names and shapes of a network's weights. */
  public interface Layout {
    /**
     * Of the network that a file describes.
     *
     * @param config all that the file says of it
     */
    Map<String, long[]> shapes(JsonNode config);
  }

  private static <C> Layout layout(Class<C> network, Function<C, Map<String, long[]>> shapes) {
    return config -> shapes.apply(convert(config.path("network"), network));
  }

  /**
   * Reads the file of a network of any architecture.
   *
   * @param layout asked once the architecture is known to be right
   * @throws CheckpointException where the file cannot be read, holds another architecture or other
   *     weights
   */
  public static NetworkFile read(Path path, String architecture, Layout layout) {
    return read(
        path,
        found -> {
          if (!found.equals(architecture)) {
            throw new CheckpointException(
                "expected a %s, the file holds %s".formatted(architecture, found));
          }
          return layout;
        });
  }

  /**
   * Reads the file of one of hale's own networks, whichever it holds.
   *
   * @throws CheckpointException where the file cannot be read, holds a network of another jar's, or
   *     other weights than those of the network that it describes
   */
  public static NetworkFile read(Path path) {
    return read(
        path,
        found ->
            Optional.ofNullable(LAYOUTS.get(found))
                .orElseThrow(
                    () ->
                        new CheckpointException(
                            "%s is no architecture of hale's own, so its weights are not checked"
                                .formatted(found))));
  }

  /**
   * Reads a network.
   *
   * @param layouts layout of an architecture by its name
   */
  private static NetworkFile read(Path path, Function<String, Layout> layouts) {
    try (Checkpoint checkpoint = Checkpoint.read(path)) {
      return read(checkpoint, path, layouts);
    }
  }

  private static NetworkFile read(
      Checkpoint checkpoint, Path path, Function<String, Layout> layouts) {
    try {
      String text = checkpoint.metadata().get("config");
      if (text == null) {
        throw new CheckpointException(
            "it has no 'config' metadata, so its architecture is unknown");
      }
      JsonNode config = JSON.readTree(text);
      Layout layout = layouts.apply(config.path("architecture").asText("nothing"));
      return new NetworkFile(config, Parameters.load(checkpoint, layout.shapes(config)), path);
    } catch (CheckpointException e) {
      throw new CheckpointException("%s: %s".formatted(path, e.getMessage()), e);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(path + ": its 'config' metadata is not JSON", e);
    }
  }

  /** The U-Net over these weights. */
  public UNet unet() {
    return new UNet(section("network", UNetConfig.class), parameters);
  }

  /** The classifier over these weights. */
  public NoisyClassifier classifier() {
    return new NoisyClassifier(section("network", ClassifierConfig.class), parameters);
  }

  /** The critic over these weights. */
  public ConvCritic critic() {
    return new ConvCritic(section("network", CriticConfig.class), parameters);
  }

  /** The variational autoencoder over these weights. */
  public VariationalAutoencoder vae() {
    return new VariationalAutoencoder(section("network", VaeConfig.class), parameters);
  }

  /** The Fixed-Point GAN's generator over these weights. */
  public FixedPointGenerator generator() {
    return new FixedPointGenerator(section("network", FixedPointGanConfig.class), parameters);
  }

  /** One section of the configuration. */
  public <T> T section(String name, Class<T> type) {
    try {
      return convert(config.path(name), type);
    } catch (CheckpointException e) {
      throw new CheckpointException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static <T> T convert(JsonNode node, Class<T> type) {
    if (node.isMissingNode() || node.isNull()) {
      throw new CheckpointException("its configuration lacks the " + type.getSimpleName());
    }
    try {
      return JSON.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "its %s cannot be read: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    }
  }

  /** A configuration to fill further. */
  public static ObjectNode config(String architecture, Object network) {
    ObjectNode config = JSON.createObjectNode();
    config.put("architecture", architecture);
    config.set("network", JSON.valueToTree(network));
    return config;
  }

  /** Adds a section to a configuration. */
  public static void put(ObjectNode config, String name, Object section) {
    config.set(name, JSON.valueToTree(section));
  }

  /** Writes weights and configuration, whole or not at all. */
  public static void write(Path path, Parameters parameters, ObjectNode config) {
    SafeTensors.write(path, parameters.asMap(), Map.of("config", config.toString()));
  }

  @Override
  public void close() {
    parameters.close();
  }
}
