package dev.hale.detection.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hale.io.FileFailure;
import dev.hale.io.PortableName;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is kept of one scan's detection beside its images, as {@code detection.json}.
 *
 * @param name of the scan
 * @param inputs the scan's files by path, as they were then
 * @param brain where the brain mask came from
 * @param brainSha256 SHA-256 of the mask's file; null where it came from none
 * @param warnings what is odd about the brain mask, a line each that names the file
 * @param imageScore how likely the scan is diseased; comparable within one model
 * @param threshold that cut the mask from the map
 * @param thresholdName how it was chosen
 * @param lesionVolumeMl volume of the mask in millilitres; null for pictures
 * @param slices that the model saw; null where nobody counted
 * @param seconds that reading, detecting and writing took, as far as it is known
 * @param files what was written, this file apart, each with its size and SHA-256
 * @param finished when, ISO 8601 in UTC
 * @param provenance model, method, settings and version
 */
public record DetectionRecord(
    String name,
    Map<String, InputFile> inputs,
    String brain,
    String brainSha256,
    List<String> warnings,
    double imageScore,
    double threshold,
    String thresholdName,
    Double lesionVolumeMl,
    Integer slices,
    Map<String, Double> seconds,
    List<OutputFile> files,
    String finished,
    Map<String, String> provenance) {
  private static final String HEALTHY = "healthy_";
  private static final String NIFTI = ".nii.gz";

  /** Its name in a result folder; it is written last. */
  public static final String FILE = "detection.json";

  /** The map in a result folder. */
  public static final String MAP = "map.nii.gz";

  /** The mask in a result folder. */
  public static final String MASK = "mask.nii.gz";

  /** On which only the last bits of a map depend, or what a newer version does better. */
  private static final Set<String> SURROUNDINGS = Set.of("device", "kernels", "haleVersion");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public DetectionRecord {
    requireAll("inputs", inputs);
    requireAll("seconds", seconds);
    requireAll("files", files);
    requireAll("provenance", provenance == null ? null : List.of());
    warnings = warnings == null ? List.of() : List.copyOf(warnings); // earlier builds wrote none
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    files = List.copyOf(files);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  private static void requireAll(String name, Map<String, ?> values) {
    requireAll(name, values == null ? null : values.values());
  }

  private static void requireAll(String name, Collection<?> values) {
    if (values == null || values.stream().anyMatch(Objects::isNull)) {
      throw new DataException("%s of a detection are %s".formatted(name, values));
    }
  }

  /** Whether a folder holds a finished detection. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** Reads a result folder's. */
  public static DetectionRecord read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      DetectionRecord record = JSON.readValue(Files.readString(file), DetectionRecord.class);
      if (record == null) {
        throw new DataException("%s: is no record of a detection: it says null".formatted(file));
      }
      return record;
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s: is no record of a detection: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
  }

  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }

  /** Of reading, detecting and writing together, as far as they are known. */
  public double totalSeconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * Which of the files are not there as they were written, in words; reads all of them through. Of
   * files that an earlier build wrote only those are named that are missing.
   */
  public List<String> damage(Path folder) {
    return files.stream().map(file -> file.damage(folder)).filter(Objects::nonNull).toList();
  }

  /** What this was made from. */
  public DetectionInputs madeFrom() {
    return new DetectionInputs(inputs, brain, brainSha256);
  }

  /** Which of these models, methods and settings are not those that made this, in words. */
  public List<String> otherSettings(Map<String, String> settings) {
    TreeSet<String> keys = keys(settings);
    keys.removeAll(SURROUNDINGS);
    return differences(keys, settings);
  }

  /** Which of these devices and versions are not those that made this, in words. */
  public List<String> otherSurroundings(Map<String, String> settings) {
    TreeSet<String> keys = keys(settings);
    keys.retainAll(SURROUNDINGS);
    return differences(keys, settings);
  }

  private TreeSet<String> keys(Map<String, String> settings) {
    TreeSet<String> keys = new TreeSet<>(settings.keySet());
    keys.addAll(provenance.keySet());
    return keys;
  }

  private List<String> differences(Set<String> keys, Map<String, String> settings) {
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      if (!Objects.equals(settings.get(key), provenance.get(key))) {
        differences.add("%s %s, now %s".formatted(key, provenance.get(key), settings.get(key)));
      }
    }
    return differences;
  }

  /** What the file of one channel of a healthy image is called. */
  public static String healthyFile(String channel) {
    return HEALTHY + PortableName.of(channel) + NIFTI;
  }

  /** The channel of a healthy image that a file is named after, if it is. */
  public static Optional<String> healthyChannel(String file) {
    return file.startsWith(HEALTHY) && file.endsWith(NIFTI)
        ? Optional.of(file.substring(HEALTHY.length(), file.length() - NIFTI.length()))
        : Optional.empty();
  }
}
