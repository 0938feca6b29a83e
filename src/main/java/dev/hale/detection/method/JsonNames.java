package dev.hale.detection.method;

import java.util.Locale;

/** Constants as {@code detector.json} writes them. */
final class JsonNames {
  private JsonNames() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
