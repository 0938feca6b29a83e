package dev.hale.data.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The channels that nnU-Net's {@code dataset.json} names, {@code {"0": "FLAIR", "1": "T1"}}. */
final class NnUnetChannels {
  private static final String FILE = "dataset.json";

  private NnUnetChannels() {}

  /**
   * Reads them.
   *
   * @return the four digits at the end of file names, {@code 0000}, by channel
   * @throws DataException where the file is not there or names none
   */
  static Map<String, String> of(Path root) {
    Path file = root.resolve(FILE);
    JsonNode document;
    try {
      document = new ObjectMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new DataException("%s: is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be read; nnU-Net's data sets have one, which names the channels"
              .formatted(file),
          e);
    }
    JsonNode names = document.path("channel_names"); // of version 2; of version 1, modality
    if (!names.isObject()) {
      names = document.path("modality");
    }
    Map<String, String> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : names.properties()) {
      if (entry.getKey().matches("\\d{1,4}")) {
        numbers.put(entry.getValue().asText(), "%04d".formatted(Integer.parseInt(entry.getKey())));
      }
    }
    if (numbers.isEmpty()) {
      throw new DataException(file + ": names no channels, expected channel_names or modality");
    }
    return numbers;
  }
}
