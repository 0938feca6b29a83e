package dev.hale.data.prepared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A prepared set's {@code set.json}, read and checked.
 *
 * @param json all of it
 * @param preprocessing what made the images from scans
 * @param steps how many slices on from one its neighbour lies, of subjects where that is not the
 *     next
 */
record PreparedDescription(
    ObjectNode json, Preprocessing preprocessing, Map<String, Integer> steps) {
  static PreparedDescription read(Path folder) {
    ObjectNode json = json(folder);
    return new PreparedDescription(json, preprocessing(folder, json), steps(folder, json));
  }

  private static ObjectNode json(Path folder) {
    Path file = folder.resolve(PreparedFormat.DESCRIPTION);
    try {
      JsonNode tree = PreparedFormat.JSON.readTree(Files.readString(file));
      if (!(tree instanceof ObjectNode description)) {
        throw new DataException("%s: expected a JSON object".formatted(file));
      }
      JsonNode version = description.path(PreparedFormat.VERSION_KEY);
      if (!version.isInt() || version.intValue() != PreparedFormat.VERSION) {
        throw new DataException(
            "%s: format version is %s, this hale reads %d; prepare the set again"
                .formatted(
                    file, version.isMissingNode() ? "not given" : version, PreparedFormat.VERSION));
      }
      return description;
    } catch (NoSuchFileException e) {
      throw new DataException(
          "%s is not a prepared set: it has no %s".formatted(folder, PreparedFormat.DESCRIPTION),
          e);
    } catch (JsonProcessingException e) {
      throw new DataException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }

  private static Map<String, Integer> steps(Path folder, ObjectNode json) {
    JsonNode given = json.path(PreparedFormat.STEPS_KEY);
    Map<String, Integer> steps = new TreeMap<>();
    boolean good = given.isMissingNode() || given.isObject();
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      good &= field.getValue().isInt() && field.getValue().intValue() >= 1;
      steps.put(field.getKey(), field.getValue().asInt());
    }
    if (!good) {
      throw new DataException(
          "%s: %s is %s, expected whole numbers of at least 1 by subject"
              .formatted(
                  folder.resolve(PreparedFormat.DESCRIPTION), PreparedFormat.STEPS_KEY, given));
    }
    return Collections.unmodifiableMap(steps);
  }

  private static Preprocessing preprocessing(Path folder, ObjectNode json) {
    Path file = folder.resolve(PreparedFormat.DESCRIPTION);
    JsonNode node = json.path(PreparedFormat.PREPROCESSING_KEY);
    if (!node.isObject()) {
      throw new DataException("%s: it has no preprocessing".formatted(file));
    }
    try {
      return PreparedFormat.JSON.treeToValue(node, Preprocessing.class);
    } catch (ValueInstantiationException e) {
      String reason = e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
      throw new DataException("%s: %s".formatted(file, reason), e);
    } catch (JsonProcessingException e) {
      throw new DataException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
