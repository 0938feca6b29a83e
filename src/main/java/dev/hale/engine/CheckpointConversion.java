package dev.hale.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns a model file of either format that {@link Checkpoint#read} knows into safetensors. Metadata
 * of the input is kept.
 *
 * @param format what floating-point tensors become; empty to leave them as they are
 * @param config the architecture as a JSON object, stored as metadata {@code config} in place of
 *     the input's; empty to leave that
 */
public record CheckpointConversion(Optional<WeightFormat> format, Optional<String> config) {
  /** Key of the metadata that holds the architecture as JSON. */
  public static final String CONFIG = "config";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * What was written.
   *
   * @param tensors how many tensors
   * @param numbers how many numbers they hold together
   */
  public record Summary(int tensors, long numbers) {}

  public CheckpointConversion {
    config.ifPresent(CheckpointConversion::requireJsonObject);
  }

  private static void requireJsonObject(String config) {
    try {
      if (JSON.readTree(config) instanceof ObjectNode) {
        return;
      }
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "the config is not valid JSON: " + UntrustedText.shown(e.getOriginalMessage()), e);
    }
    throw new CheckpointException("the config is not a JSON object");
  }

  /**
   * Reads {@code input} and writes {@code output}, which may be the same file.
   *
   * @throws CheckpointException if the input cannot be read, a number is too large for the format,
   *     or the output cannot be written
   */
  public Summary convert(Path input, Path output) {
    try (Checkpoint checkpoint = Checkpoint.read(input);
        var scope = new Scope();
        var noGrad = new NoGradGuard()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      long numbers = 0;
      for (Map.Entry<String, Tensor> named : checkpoint.tensors().entrySet()) {
        Tensor tensor = named.getValue();
        tensors.put(named.getKey(), converted(named.getKey(), tensor));
        numbers += tensor.numel();
      }
      Map<String, String> metadata = new LinkedHashMap<>(checkpoint.metadata());
      config.ifPresent(json -> metadata.put(CONFIG, json));
      SafeTensors.write(output, tensors, metadata);
      return new Summary(tensors.size(), numbers);
    }
  }

  private Tensor converted(String name, Tensor tensor) {
    if (format.isEmpty() || !tensor.is_floating_point()) {
      return tensor;
    }
    WeightFormat target = format.get();
    Tensor result = tensor.to(target.type().scalarType());
    try (var scope = new Scope()) {
      // An infinity that was there before is not an overflow.
      if (result.isinf().logical_and(tensor.isinf().logical_not()).any().item_bool()) {
        throw new CheckpointException(
            "tensor \"%s\" holds numbers too large for %s"
                .formatted(UntrustedText.shown(name), target));
      }
    }
    return result;
  }
}
