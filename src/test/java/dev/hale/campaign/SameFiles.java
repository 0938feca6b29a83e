package dev.hale.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whether two folders hold the same, byte by byte, but for what tells of time: such keys of JSON,
 * TensorBoard's events, and the pages and tables that show how long an experiment took.
 */
final class SameFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES =
      List.of(
          "seconds",
          "secondsPerSlice",
          "started",
          "finished",
          "runs",
          "images_per_second",
          "waited_share");

  private SameFiles() {}

  /** Fails where they do not. */
  static void require(Path expected, Path found, String when) throws IOException {
    Map<String, Path> one = files(expected);
    Map<String, Path> other = files(found);
    assertEquals(one.keySet(), other.keySet(), when);
    for (String name : one.keySet()) {
      if (name.endsWith(".json")) {
        JsonNode then = timeless(Files.readString(one.get(name)));
        assertEquals(then, timeless(Files.readString(other.get(name))), when + ": " + name);
      } else if (name.endsWith(".jsonl")) {
        assertEquals(lines(one.get(name)), lines(other.get(name)), when + ": " + name);
      } else if (!name.endsWith("report.html") && !name.endsWith("results.md")) {
        assertEquals(-1, Files.mismatch(one.get(name), other.get(name)), when + ": " + name);
      }
    }
  }

  /** By name below the folder; without locks, and without events, whose names tell of time. */
  private static Map<String, Path> files(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.endsWith(".lock") && !name.contains("events.out.tfevents")) {
          files.put(name, file);
        }
      }
    }
    return files;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(timeless(line));
    }
    return lines;
  }

  private static JsonNode timeless(String json) throws IOException {
    JsonNode tree = JSON.readTree(json);
    for (String time : TIMES) {
      for (JsonNode parent : tree.findParents(time)) {
        ((ObjectNode) parent).remove(time);
      }
    }
    return tree;
  }
}
