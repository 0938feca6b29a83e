package dev.hale.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.model.NetworkFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a training begins with: drawn weights, or those of a network that was trained before.
 *
 * @param file of a network of the same layout, float32 or float16; empty for drawn weights. An
 *     opponent's weights, which no network's file holds, are drawn all the same
 */
public record InitialWeights(Optional<Path> file) {
  /** Drawn by the training's seed. */
  public static final InitialWeights DRAWN = new InitialWeights(Optional.empty());

  /** They shape no weight. */
  private static final Set<String> FREE =
      Set.of("network.dropout", "network.backbone.dropout", "network.backbone.image_size");

  /** Adds what a resumed training must have begun with, too: the content, wherever it lies. */
  void identify(ObjectNode config) {
    file.ifPresent(path -> config.put("initial_sha256", Fingerprint.sha256(path)));
  }

  /**
   * Throws where the file cannot begin such a training.
   *
   * @param config the task's and what else is saved with the network
   * @throws TrainingException where layout or channels differ
   * @throws dev.hale.engine.CheckpointException where the file cannot be read or holds another
   *     architecture
   */
  public void requireFits(Task task, JsonNode config) {
    if (file.isPresent()) {
      try (Scope scope = new Scope()) {
        of(task, config).close();
      }
    }
  }

  /** The weights at LibTorch's current seed, on the CPU; the caller's. */
  Parameters of(Task task, JsonNode config) {
    if (file.isEmpty()) {
      return task.initialise();
    }
    try (Parameters drawn = task.initialise();
        Scope scope = new Scope();
        NetworkFile given = read(file.get(), task, drawn, config)) {
      Map<String, org.bytedeco.pytorch.Tensor> all = new LinkedHashMap<>(drawn.asMap());
      all.putAll(given.parameters().asMap());
      return Parameters.of(all);
    }
  }

  private static NetworkFile read(Path path, Task task, Parameters drawn, JsonNode config) {
    return NetworkFile.read(
        path,
        config.path("architecture").asText(),
        found -> {
          requireSame(path, found, config);
          return shapes(task, drawn);
        });
  }

  private static void requireSame(Path path, JsonNode found, JsonNode config) {
    List<String> differences =
        ConfigChange.between(
            described(found, found),
            described(config, found),
            FREE::contains,
            "%s is %s in the file, %s in the configuration");
    if (!differences.isEmpty()) {
      throw new TrainingException(
          "%s cannot begin this training: %s".formatted(path, String.join("; ", differences)));
    }
  }

  /** Of what a network's file holds: all but an opponent. */
  private static Map<String, long[]> shapes(Task task, Parameters drawn) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    drawn
        .asMap()
        .forEach(
            (name, weights) -> {
              if (!(task instanceof AdversarialTask adversarial)
                  || !adversarial.isOpponents(name)) {
                shapes.put(name, weights.sizes().vec().get());
              }
            });
    return shapes;
  }

  /** Layout, and channels where the file names them. */
  private static ObjectNode described(JsonNode config, JsonNode file) {
    ObjectNode described = JsonNodeFactory.instance.objectNode();
    described.set("network", config.path("network"));
    if (file.at("/preprocessing").has("channels")) {
      described.set("channels", config.at("/preprocessing/channels"));
    }
    return described;
  }
}
