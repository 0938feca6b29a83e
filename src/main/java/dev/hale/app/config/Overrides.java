package dev.hale.app.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts values of the command line, {@code a.b.c=value}, in the place of a file's. */
final class Overrides {
  private Overrides() {}

  /** The tree with the values set, the last one winning; the given tree stays as it is. */
  static ConfigNode.Section apply(ConfigNode.Section root, List<Entry> overrides) {
    ConfigNode.Section result = root;
    for (Entry override : overrides) {
      result = put(result, override.path(), override.value(), override.origin());
    }
    return result;
  }

  /** One value. */
  record Entry(List<String> path, ConfigNode value, Origin.SetOption origin) {
    /** From {@code a.b.c=value}, the value as YAML. */
    static Entry parse(String text) {
      int equals = text.indexOf('=');
      List<String> path =
          Arrays.stream(text.substring(0, Math.max(equals, 0)).split("\\.", -1))
              .map(String::strip)
              .toList();
      if (equals < 0 || path.stream().anyMatch(String::isEmpty)) {
        throw new ConfigException(
            "--set %s: expected key=value, such as diffusion.training.lr=2e-4".formatted(text));
      }
      Origin.SetOption origin = new Origin.SetOption(text);
      return new Entry(path, YamlTree.value(text.substring(equals + 1), origin), origin);
    }
  }

  private static ConfigNode.Section put(
      ConfigNode.Section section, List<String> path, ConfigNode value, Origin origin) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(section.entries());
    String key = path.get(0);
    if (path.size() == 1) {
      entries.put(key, value);
    } else {
      ConfigNode inner = entries.get(key);
      ConfigNode.Section base =
          inner instanceof ConfigNode.Section found
              ? found
              : new ConfigNode.Section(origin, Map.of());
      entries.put(key, put(base, path.subList(1, path.size()), value, origin));
    }
    return new ConfigNode.Section(section.origin(), entries);
  }
}
