package dev.hale.app.config;

import dev.hale.HaleException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes records of sections, by the rules that this package states. */
final class RecordBinder {
  private RecordBinder() {}

  /** The record that the whole of a configuration describes. */
  static <T extends Record> T bind(ConfigNode.Section root, Class<T> type) {
    return bind(root, type, "", defaults(type));
  }

  static <T extends Record> T bind(
      ConfigNode.Section section, Class<T> type, String path, Object defaults) {
    RecordComponent[] components = type.getRecordComponents();
    rejectUnknown(section, keys(type), path);
    Object[] values = new Object[components.length];
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      String key = YamlNames.key(components[i].getName());
      ConfigNode node = section.entries().get(key);
      Object base = defaults == null ? null : read(components[i], defaults);
      if (isInline(components[i])) {
        ConfigNode.Section part = part(section, components[i].getType());
        values[i] = value(part, components[i].getType(), path, base);
      } else if (node != null) {
        values[i] = value(node, components[i].getGenericType(), join(path, key), base);
      } else if (defaults != null) {
        values[i] = base;
      } else if (components[i].getType() == Optional.class) {
        values[i] = Optional.empty();
      } else if (components[i].getType() == NamedSections.class) {
        values[i] = NamedSections.NONE;
      } else {
        values[i] = defaults(components[i].getType());
        if (values[i] == null) {
          missing.add(key);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "%s: %s missing"
              .formatted(
                  section.origin().about(path),
                  String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")));
    }
    return construct(section, type, values, path);
  }

  static boolean isInline(RecordComponent component) {
    return component.isAnnotationPresent(Inline.class);
  }

  /** The keys that a section for this record may have. */
  private static List<String> keys(Class<?> type) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (isInline(component)) {
        keys.addAll(keys(component.getType()));
      } else {
        keys.add(YamlNames.key(component.getName()));
      }
    }
    return keys;
  }

  /** What of a section belongs to the record whose keys stand there too. */
  private static ConfigNode.Section part(ConfigNode.Section section, Class<?> type) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(section.entries());
    entries.keySet().retainAll(keys(type));
    return new ConfigNode.Section(section.origin(), entries);
  }

  private static void rejectUnknown(ConfigNode.Section section, List<String> known, String path) {
    section
        .entries()
        .forEach(
            (key, node) -> {
              if (!known.contains(key)) {
                throw new ConfigException(
                    "%s: unknown key%s"
                        .formatted(
                            node.origin().about(join(path, key)),
                            Nearest.of(key, known)
                                .map(nearest -> ", did you mean " + nearest + "?")
                                .orElse("; known are " + String.join(", ", known))));
              }
            });
  }

  private static Object value(ConfigNode node, Type type, String path, Object base) {
    if (type instanceof ParameterizedType generic) {
      Type inner = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Optional.class) {
        Object innerBase = base instanceof Optional<?> optional ? optional.orElse(null) : null;
        return node instanceof ConfigNode.Text text && text.isNothing()
            ? Optional.empty()
            : Optional.of(value(node, inner, path, innerBase));
      }
      if (generic.getRawType() == List.class) {
        return list(node, inner, path);
      }
    }
    if (type == NamedSections.class) {
      return NamedSections.of(section(node, path), path);
    }
    if (type instanceof Class<?> plain && plain.isRecord()) {
      return bind(
          section(node, path),
          plain.asSubclass(Record.class),
          path,
          base == null ? defaults(plain) : base);
    }
    return Scalars.read(node, (Class<?>) type, path);
  }

  /** The node as a section. */
  static ConfigNode.Section section(ConfigNode node, String path) {
    if (node instanceof ConfigNode.Section section) {
      return section;
    }
    throw new ConfigException(
        "%s: expected a section, got %s".formatted(node.origin().about(path), node.described()));
  }

  private static List<Object> list(ConfigNode node, Type element, String path) {
    if (!(node instanceof ConfigNode.Items items)) {
      throw new ConfigException(
          "%s: expected a list such as [a, b], got %s"
              .formatted(node.origin().about(path), node.described()));
    }
    List<Object> values = new ArrayList<>();
    for (ConfigNode item : items.items()) {
      values.add(value(item, element, "%s[%d]".formatted(path, values.size()), null));
    }
    return values;
  }

  private static <T> T construct(
      ConfigNode.Section section, Class<T> type, Object[] values, String path) {
    try {
      Constructor<T> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ConfigException complete) {
        throw complete;
      }
      if (cause instanceof HaleException || cause instanceof IllegalArgumentException) {
        String reason = String.valueOf(cause.getMessage());
        String name = path.substring(path.lastIndexOf('.') + 1) + ": ";
        throw new ConfigException(
            "%s: %s"
                .formatted(
                    guilty(section, reason).about(path),
                    reason.startsWith(name) ? reason.substring(name.length()) : reason),
            cause);
      }
      throw new IllegalStateException(type + " cannot be made", cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /**
   * Where the key, or the path, stands that a constructor's complaint names first; one of the
   * command line goes before those of the file.
   */
  private static Origin guilty(ConfigNode.Section section, String reason) {
    String words = reason.replace('_', ' ');
    return section.entries().entrySet().stream()
        .filter(entry -> place(entry.getKey(), words) >= 0)
        .min(
            Comparator.<Map.Entry<String, ConfigNode>>comparingInt(
                    entry -> entry.getValue().origin() instanceof Origin.SetOption ? 0 : 1)
                .thenComparingInt(entry -> place(entry.getKey(), words))
                .thenComparingInt(entry -> -entry.getKey().length()))
        .map(
            entry -> {
              int end = place(entry.getKey(), words) + entry.getKey().length();
              return entry.getValue() instanceof ConfigNode.Section inner
                      && words.startsWith(".", end)
                  ? guilty(inner, words.substring(end))
                  : entry.getValue().origin();
            })
        .orElse(section.origin());
  }

  private static int place(String key, String words) {
    return words.indexOf(key.replace('_', ' '));
  }

  private static Object defaults(Class<?> type) {
    try {
      Field field = type.getDeclaredField("DEFAULT");
      if (!Modifier.isStatic(field.getModifiers()) || field.getType() != type) {
        return null;
      }
      field.setAccessible(true);
      return field.get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A component's value. */
  static Object read(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
