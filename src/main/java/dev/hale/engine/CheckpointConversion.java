package dev.hale.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns a model file of either format that {@link Checkpoint#read} knows into safetensors. Metadata
 * of the input is kept.
 *
 * @param key name of the dict of tensors to take from a PyTorch checkpoint, with dots where dicts
 *     lie within dicts; empty for the usual one
 * @param prefix what to take off the tensors' names; those without it are left out. An empty text
 *     for nothing; empty for what wrappers such as DataParallel put there
 * @param format what floating-point tensors become; empty to leave them as they are
 * @param config the architecture as a JSON object, stored as metadata {@code config} in place of
 *     the input's; empty to leave that
 */
public record CheckpointConversion(
    Optional<String> key,
    Optional<String> prefix,
    Optional<WeightFormat> format,
    Optional<String> config) {
  /** Key of the metadata that holds the architecture as JSON. */
  public static final String CONFIG = "config";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * What was written.
   *
   * @param tensors how many tensors
   * @param numbers how many numbers they hold together
   * @param key name of the dict that they were taken from; empty where the file holds them itself
   * @param otherKeys names of other dicts of tensors in the file
   * @param prefixes what was taken off their names
   * @param leftOut names beside them of what was not taken
   * @param notFinite names of those that hold NaN or infinite numbers, which no network of hale's
   *     opens with
   */
  public record Summary(
      int tensors,
      long numbers,
      String key,
      List<String> otherKeys,
      List<String> prefixes,
      List<String> leftOut,
      List<String> notFinite) {}

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
   * @throws CheckpointException if the input cannot be read, holds no tensors or none with the
   *     prefix, or a number is too large for the format
   * @throws dev.hale.scan.DataException if the output cannot be written
   */
  public Summary convert(Path input, Path output) {
    try (Checkpoint checkpoint = Checkpoint.read(input, key);
        var scope = new Scope();
        var noGrad = new NoGradGuard()) {
      return write(checkpoint, input, output);
    }
  }

  private Summary write(Checkpoint checkpoint, Path input, Path output) {
    TensorNames names;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<String> notFinite = new ArrayList<>();
    long numbers = 0;
    try {
      if (checkpoint.names().isEmpty()) {
        throw new CheckpointException("it holds no tensors");
      }
      names = TensorNames.of(checkpoint.tensors(), prefix);
      for (Map.Entry<String, String> renamed : names.renamed().entrySet()) {
        Tensor tensor = checkpoint.get(renamed.getKey());
        if (!TensorBytes.finite(tensor)) {
          notFinite.add(renamed.getValue());
        }
        tensors.put(renamed.getValue(), converted(renamed.getKey(), tensor));
        numbers += tensor.numel();
      }
    } catch (CheckpointException e) {
      throw new CheckpointException("%s: %s".formatted(input, e.getMessage()), e);
    }
    Map<String, String> metadata = new LinkedHashMap<>(checkpoint.metadata());
    config.ifPresent(json -> metadata.put(CONFIG, json));
    SafeTensors.write(output, tensors, metadata);
    Checkpoint.Origin origin = checkpoint.origin();
    return new Summary(
        tensors.size(),
        numbers,
        UntrustedText.shown(origin.key()),
        shown(origin.others().stream()),
        shown(names.prefixes().stream()),
        shown(Stream.concat(origin.leftOut().stream(), names.leftOut().stream())),
        shown(notFinite.stream()));
  }

  private static List<String> shown(Stream<String> names) {
    return names.map(UntrustedText::shown).toList();
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
