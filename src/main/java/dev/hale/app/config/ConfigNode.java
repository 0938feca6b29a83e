package dev.hale.app.config;

import java.util.List;
import java.util.Map;

/** A value of a configuration file before its type is known. */
sealed interface ConfigNode {
  /** The line of its key, or its own where it has none. */
  Origin origin();

  /** What it is, for messages: {@code "fast"}, a list, a section. */
  String described();

  /**
   * A single value.
   *
   * @param plain whether it was written without quotes, so that it may be a number
   */
  record Text(Origin origin, String value, boolean plain) implements ConfigNode {
    boolean isNothing() {
      return plain && (value.isEmpty() || value.equals("~") || value.equals("null"));
    }

    @Override
    public String described() {
      return isNothing() ? "nothing" : '"' + value + '"';
    }
  }

  /** A list. */
  record Items(Origin origin, List<ConfigNode> items) implements ConfigNode {
    @Override
    public String described() {
      return "a list";
    }
  }

  /** A section. */
  record Section(Origin origin, Map<String, ConfigNode> entries) implements ConfigNode {
    @Override
    public String described() {
      return "a section";
    }
  }
}
