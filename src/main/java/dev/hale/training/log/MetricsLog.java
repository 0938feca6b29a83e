package dev.hale.training.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.io.AtomicFile;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a line, {@code {"step": 1, "loss": 0.9, …}}, on disk as
 * soon as it is written. A number that is not finite is null.
 */
public final class MetricsLog implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private final Path file;
  private final OutputStream out;

  private MetricsLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens the log of a training that has done {@code steps} steps. Lines of later steps, which a
   * killed run may have left beyond its last checkpoint, are cut off; with 0 the log starts empty.
   */
  public static MetricsLog open(Path file, long steps) {
    try {
      List<String> kept = new ArrayList<>();
      if (steps > 0 && Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          if (step(line) <= steps) {
            kept.add(line + "\n");
          }
        }
      }
      AtomicFile.write(
          file, out -> out.write(String.join("", kept).getBytes(StandardCharsets.UTF_8)));
      return new MetricsLog(file, Files.newOutputStream(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }

  /** The line's step; of a line that was cut short, later than any. */
  private static long step(String line) {
    try {
      JsonNode step = JSON.readTree(line).path("step");
      return step.isIntegralNumber() ? step.longValue() : Long.MAX_VALUE;
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Writes one line. */
  public void write(MetricsLine line) {
    ObjectNode json = JSON.createObjectNode().put("step", line.step());
    line.values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                json.put(name, value);
              } else {
                json.putNull(name);
              }
            });
    try {
      out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }

  /** Reads a log. */
  public static List<MetricsLine> read(Path file) {
    List<MetricsLine> lines = new ArrayList<>();
    try {
      for (String text : Files.readAllLines(file)) {
        JsonNode json = JSON.readTree(text);
        Map<String, Double> values = new LinkedHashMap<>();
        json.properties()
            .forEach(
                field -> {
                  if (!field.getKey().equals("step")) {
                    values.put(field.getKey(), field.getValue().asDouble(Double.NaN));
                  }
                });
        lines.add(new MetricsLine(json.path("step").asLong(), values));
      }
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s:%d: not a line of JSON: %s".formatted(file, lines.size() + 1, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw FileFailure.unreadable(file, e);
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }
}
