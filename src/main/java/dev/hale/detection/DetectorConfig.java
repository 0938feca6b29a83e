package dev.hale.detection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Methods;
import dev.hale.engine.CheckpointException;
import dev.hale.io.AtomicFile;
import dev.hale.io.FileFailure;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How a model folder's detector runs unless told otherwise. A folder's own method is in its {@code
 * detector.json}; further methods with the same networks are in {@code detector-METHOD.json}. It
 * can be sent to another process, which has the method on its class path, too; Jackson reads and
 * writes it as in a file.
 *
 * @param method what is done
 * @param settings how; of the method's own kind
 * @param healthyPercentile percentile of the map over the brain pixels of healthy slices that
 *     {@code healthyThreshold} is, in (0, 100)
 * @param healthyThreshold that value, or null where it was never measured
 * @param imageLabelThreshold the threshold that the labels of healthy and diseased slices speak for
 *     ({@link dev.hale.evaluation.ImageLabelThreshold}), or null where it was never measured
 * @param spotArea what the largest cross section of a marked spot has to exceed, in model pixels,
 *     at the threshold from image labels; null where every spot counts
 */
public record DetectorConfig(
    DetectionMethod<?> method,
    MethodSettings settings,
    double healthyPercentile,
    Double healthyThreshold,
    Double imageLabelThreshold,
    Double spotArea)
    implements Serializable {
  private static final String OWN = "detector.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** The file, before it is known of which kind the settings are. */
  @JsonNaming(SnakeCaseStrategy.class)
  private record Document(
      String method,
      JsonNode settings,
      double healthyPercentile,
      Double healthyThreshold,
      Double imageLabelThreshold,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double spotArea)
      implements Serializable {
    private Object readResolve() throws InvalidObjectException {
      try {
        return of(this);
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw (InvalidObjectException) new InvalidObjectException(e.getMessage()).initCause(e);
      }
    }
  }

  public DetectorConfig {
    if (settings == null || !settings.getClass().equals(method.settings())) {
      throw new IllegalArgumentException(
          "%s does not run with %s"
              .formatted(
                  method.name(),
                  settings == null ? "nothing" : settings.getClass().getSimpleName()));
    }
    if (settings.threshold() == null) {
      throw new IllegalArgumentException("its settings have no threshold");
    }
    if (settings.threshold() == ThresholdRule.HALF && !method.mapsProbabilities()) {
      throw new IllegalArgumentException(
          "the map of %s is no probability, so half is no threshold of it; choose another"
              .formatted(method.name()));
    }
  }

  /** Without a least area of spots. */
  public DetectorConfig(
      DetectionMethod<?> method,
      MethodSettings settings,
      double healthyPercentile,
      Double healthyThreshold,
      Double imageLabelThreshold) {
    this(method, settings, healthyPercentile, healthyThreshold, imageLabelThreshold, null);
  }

  /** Before any threshold has been measured. */
  public static DetectorConfig unmeasured(
      DetectionMethod<?> method, MethodSettings settings, double healthyPercentile) {
    return new DetectorConfig(method, settings, healthyPercentile, null, null);
  }

  /**
   * Of a method that needs no model folder.
   *
   * @throws IllegalArgumentException where it needs one
   */
  public static DetectorConfig withoutModel(DetectionMethod<?> method) {
    MethodSettings settings =
        method
            .withoutModel()
            .orElseThrow(
                () -> new IllegalArgumentException(method.name() + " needs a model folder"));
    return unmeasured(method, settings, 0);
  }

  /** With other settings. */
  public DetectorConfig withSettings(MethodSettings newSettings) {
    return new DetectorConfig(
        method, newSettings, healthyPercentile, healthyThreshold, imageLabelThreshold, spotArea);
  }

  /** The value that the settings' rule cuts at; null for Otsu's, or if never measured. */
  public Double threshold() {
    return switch (settings.threshold()) {
      case OTSU -> null;
      case HEALTHY -> healthyThreshold;
      case IMAGE_LABELS -> imageLabelThreshold;
      case HALF -> 0.5;
    };
  }

  /** The area that spots have to exceed at that threshold, in model pixels; 0 where all count. */
  public double spotAreaOrZero() {
    boolean measured = settings.threshold() == ThresholdRule.IMAGE_LABELS && spotArea != null;
    return measured ? spotArea : 0;
  }

  /** Reads a model folder's own method. */
  public static DetectorConfig read(Path folder) {
    Path file = folder.resolve(OWN);
    if (!Files.exists(file)) {
      throw new CheckpointException(
          "%s is not a model folder: it has no %s".formatted(folder, OWN));
    }
    return readFile(file);
  }

  /**
   * Reads how a model folder's networks run another method.
   *
   * @throws CheckpointException where that was never calibrated
   */
  public static DetectorConfig read(Path folder, DetectionMethod<?> method) {
    Path file = file(folder, method);
    if (Files.exists(file)) {
      return readFile(file);
    }
    if (!Files.exists(folder.resolve(OWN))) {
      throw new CheckpointException(
          "%s has neither %s nor %s: calibrate %s first"
              .formatted(folder, file.getFileName(), OWN, method.name()));
    }
    DetectorConfig own = read(folder);
    if (!own.method().name().equals(method.name())) {
      throw new CheckpointException(
          "%s is set up for %s, not for %s: calibrate %s first"
              .formatted(folder, own.method().name(), method.name(), method.name()));
    }
    return own;
  }

  private static Path file(Path folder, DetectionMethod<?> method) {
    return folder.resolve("detector-%s.json".formatted(method.name()));
  }

  private static DetectorConfig readFile(Path file) {
    try {
      return of(JSON.readValue(Files.readString(file), Document.class));
    } catch (NoSuchFileException e) {
      throw new CheckpointException("%s is missing".formatted(file), e);
    } catch (ValueInstantiationException e) {
      String reason = e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
      throw new CheckpointException("%s: %s".formatted(file, reason), e);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read: %s".formatted(file, FileFailure.reason(e)), e);
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static DetectorConfig of(Document document) throws JsonProcessingException {
    if (document == null) {
      throw new IllegalArgumentException("it says null");
    }
    DetectionMethod<?> method = Methods.named(document.method());
    if (document.settings() == null) {
      throw new IllegalArgumentException("it has no settings");
    }
    return new DetectorConfig(
        method,
        JSON.treeToValue(document.settings(), method.settings()),
        document.healthyPercentile(),
        document.healthyThreshold(),
        document.imageLabelThreshold(),
        document.spotArea());
  }

  /** Writes it as a model folder's own method, whole or not at all; returns the file. */
  public Path write(Path folder) {
    return write(folder, OWN);
  }

  /** Writes it as one more method of a model folder, whole or not at all; returns the file. */
  public Path writeBeside(Path folder) {
    return write(folder, file(folder, method).getFileName().toString());
  }

  private Path write(Path folder, String name) {
    Path file = folder.resolve(name);
    AtomicFile.write(
        file,
        out -> out.write((JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8)));
    return file;
  }

  @JsonValue
  private Document document() {
    return new Document(
        method.name(),
        JSON.valueToTree(settings),
        healthyPercentile,
        healthyThreshold,
        imageLabelThreshold,
        spotArea);
  }

  /** A method is known by its name: it is the other process's own. */
  private Object writeReplace() {
    return document();
  }
}
