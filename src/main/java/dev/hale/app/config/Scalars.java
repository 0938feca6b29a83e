package dev.hale.app.config;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Reads single values: numbers, words, truth values, paths, constants of an enum. */
final class Scalars {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private Scalars() {}

  /** The value as this type; a number that does not fit is an error, never rounded. */
  static Object read(ConfigNode node, Class<?> type, String path) {
    String expected = expected(type);
    if (!(node instanceof ConfigNode.Text text) || text.isNothing()) {
      throw wrong(node, expected, path);
    }
    String value = text.value();
    boolean plain = text.plain();
    if (type == String.class) {
      return value;
    } else if (type == Path.class) {
      return path(text, path);
    } else if (type == boolean.class || type == Boolean.class) {
      if (plain && (value.equals("true") || value.equals("false"))) {
        return Boolean.valueOf(value);
      }
    } else if (type == double.class || type == Double.class) {
      double number = plain && NUMBER.matcher(value).matches() ? Double.parseDouble(value) : 1 / 0.;
      if (Double.isFinite(number)) {
        return number;
      }
    } else if (type == int.class || type == Integer.class) {
      if (plain && WHOLE.matcher(value).matches() && new BigInteger(value).bitLength() < 32) {
        return Integer.valueOf(value);
      }
    } else if (type == long.class || type == Long.class) {
      if (plain && WHOLE.matcher(value).matches() && new BigInteger(value).bitLength() < 64) {
        return Long.valueOf(value);
      }
    } else if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (YamlNames.constant((Enum<?>) constant).equals(value)) {
          return constant;
        }
      }
    } else {
      throw new IllegalStateException("configuration files have no values of " + type);
    }
    throw wrong(node, expected, path);
  }

  private static Path path(ConfigNode.Text text, String path) {
    try {
      return Path.of(text.value());
    } catch (InvalidPathException e) {
      throw wrong(text, "a path", path);
    }
  }

  private static ConfigException wrong(ConfigNode node, String expected, String path) {
    return new ConfigException(
        "%s: expected %s, got %s".formatted(node.origin().about(path), expected, node.described()));
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      List<String> names =
          Arrays.stream(type.getEnumConstants()).map(c -> YamlNames.constant((Enum<?>) c)).toList();
      return names.size() == 1 ? names.get(0) : "one of " + String.join(", ", names);
    } else if (type == int.class || type == Integer.class || type == long.class) {
      return "a whole number";
    } else if (type == Long.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return type == Path.class ? "a path" : "a text";
  }
}
