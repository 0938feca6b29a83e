package dev.hale.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.hale.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How a model folder's detector runs unless told otherwise, its {@code detector.json}.
 *
 * @param method name of the method, {@code counterfactual}
 * @param settings the method's settings
 * @param healthyPercentile percentile of the map over the brain pixels of healthy training slices
 *     that {@code healthyThreshold} is, in (0, 100)
 * @param healthyThreshold that value, or null where it was never measured
 */
@JsonNaming(SnakeCaseStrategy.class)
public record DetectorConfig(
    String method,
    CounterfactualSettings settings,
    double healthyPercentile,
    Double healthyThreshold) {
  private static final String FILE = "detector.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public DetectorConfig {
    if (!"counterfactual".equals(method)) {
      throw new CheckpointException("unknown method " + method);
    }
    if (settings == null) {
      throw new CheckpointException("it has no settings");
    }
  }

  /** With other settings. */
  public DetectorConfig withSettings(CounterfactualSettings newSettings) {
    return new DetectorConfig(method, newSettings, healthyPercentile, healthyThreshold);
  }

  /** Reads a model folder's. */
  public static DetectorConfig read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return JSON.readValue(Files.readString(file), DetectorConfig.class);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          "%s is not a model folder: it has no %s".formatted(folder, FILE), e);
    } catch (ValueInstantiationException e) {
      String reason = e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
      throw new CheckpointException("%s: %s".formatted(file, reason), e);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes it into a model folder, whole or not at all. */
  public void write(Path folder) {
    Path file = folder.resolve(FILE);
    Path temporary = folder.resolve(FILE + ".tmp");
    try {
      Files.writeString(temporary, JSON.writeValueAsString(this) + "\n");
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }
}
