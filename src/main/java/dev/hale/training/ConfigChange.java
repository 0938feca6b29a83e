package dev.hale.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What differs between two configurations. */
final class ConfigChange {
  /** They say when things are written, not which. */
  private static final Set<String> FREE =
      Set.of("training.checkpoint_every", "training.validate_every");

  private ConfigChange() {}

  /** {@code key was …, is …} for each key by which a checkpoint's differs from who resumes it. */
  static List<String> since(JsonNode then, JsonNode now) {
    // A constant rate does not depend on how many steps are yet to come.
    boolean open = now.at("/training/schedule").asText().equals("CONSTANT");
    return between(
        then,
        now,
        key -> FREE.contains(key) || (open && key.equals("training.steps")),
        "%s was %s, is %s");
  }

  /**
   * A line for each key that differs.
   *
   * @param free keys that may differ
   * @param line says key, first and second value
   */
  static List<String> between(JsonNode then, JsonNode now, Predicate<String> free, String line) {
    Map<String, String> before = new TreeMap<>();
    Map<String, String> after = new TreeMap<>();
    flatten("", then, before);
    flatten("", now, after);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      String was = before.getOrDefault(key, "absent");
      String is = after.getOrDefault(key, "absent");
      if (!was.equals(is) && !free.test(key)) {
        changes.add(line.formatted(key, was, is));
      }
    }
    return changes;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(),
                      field.getValue(),
                      into));
    } else {
      into.put(prefix, node.toString());
    }
  }
}
