package dev.hale.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between the configuration of a checkpoint and that of who resumes it. */
final class ConfigChange {
  /** They say when things are written, not which. */
  private static final Set<String> FREE =
      Set.of("training.checkpoint_every", "training.validate_every");

  private ConfigChange() {}

  /** {@code key: was … is …} for each key that differs. */
  static List<String> between(JsonNode then, JsonNode now) {
    Map<String, String> before = new TreeMap<>();
    Map<String, String> after = new TreeMap<>();
    flatten("", then, before);
    flatten("", now, after);
    // A constant rate does not depend on how many steps are yet to come.
    boolean open = "\"CONSTANT\"".equals(after.get("training.schedule"));
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      String was = before.getOrDefault(key, "absent");
      String is = after.getOrDefault(key, "absent");
      boolean free = FREE.contains(key) || (open && key.equals("training.steps"));
      if (!was.equals(is) && !free) {
        changes.add("%s was %s, is %s".formatted(key, was, is));
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
