package dev.hale.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.hale.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What is kept of one scan's detection beside its images, as {@code detection.json}.
 *
 * @param name of the scan
 * @param inputs the scan's files, each with the channel that it was taken for
 * @param brain where the brain mask came from
 * @param warnings what is odd about the brain mask, a line each that names the file
 * @param imageScore how likely the scan is diseased; comparable within one model
 * @param threshold that cut the mask from the map
 * @param thresholdName how it was chosen
 * @param lesionVolumeMl volume of the mask in millilitres; null for pictures
 * @param slices that the model saw
 * @param seconds that reading, detecting and writing took
 * @param files what was written, this file apart
 * @param finished when, ISO 8601 in UTC
 * @param provenance model, method, settings and version
 */
public record DetectionRecord(
    String name,
    Map<String, String> inputs,
    String brain,
    List<String> warnings,
    double imageScore,
    double threshold,
    String thresholdName,
    Double lesionVolumeMl,
    int slices,
    Map<String, Double> seconds,
    List<String> files,
    String finished,
    Map<String, String> provenance) {
  /** Its name in a result folder; a folder that holds it is complete. */
  public static final String FILE = "detection.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public DetectionRecord {
    warnings = warnings == null ? List.of() : List.copyOf(warnings); // earlier builds wrote none
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    files = List.copyOf(files);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** Whether a folder holds a finished detection. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** Reads a result folder's. */
  public static DetectionRecord read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return JSON.readValue(Files.readString(file), DetectionRecord.class);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s: is no record of a detection: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }

  double totalSeconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Which of these settings differ from those that made this, each as {@code key now (then)}. */
  List<String> differences(Map<String, String> settings) {
    TreeSet<String> keys = new TreeSet<>(settings.keySet());
    keys.addAll(provenance.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      if (!Objects.equals(settings.get(key), provenance.get(key))) {
        differences.add("%s %s, now %s".formatted(key, provenance.get(key), settings.get(key)));
      }
    }
    return differences;
  }
}
