package dev.hale.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How Java's names are written in YAML. */
final class YamlNames {
  private YamlNames() {}

  /** {@code microBatch} as {@code micro_batch}; {@code x0Weight} as {@code x0_weight}. */
  static String key(String component) {
    return component.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** An enum's constant: as it is written in JSON where that is said, else in lower case. */
  static String constant(Enum<?> value) {
    try {
      JsonProperty property =
          value.getDeclaringClass().getField(value.name()).getAnnotation(JsonProperty.class);
      return property == null ? value.name().toLowerCase(Locale.ROOT) : property.value();
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }
}
