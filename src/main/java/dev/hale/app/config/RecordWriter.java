package dev.hale.app.config;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes records as YAML that reads back equal; absent values are left out. */
final class RecordWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");

  private RecordWriter() {}

  static String write(Record record) {
    StringBuilder out = new StringBuilder();
    section(out, record, "");
    return out.toString();
  }

  private static void section(StringBuilder out, Record record, String indent) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = RecordBinder.read(component, record);
      if (value instanceof Optional<?> optional) {
        value = optional.orElse(null);
      }
      if (value == null || (value instanceof NamedSections none && none.names().isEmpty())) {
        continue;
      }
      if (RecordBinder.isInline(component)) {
        section(out, (Record) value, indent);
        continue;
      }
      out.append(indent).append(YamlNames.key(component.getName())).append(':');
      if (value instanceof Record inner && inner.getClass().getRecordComponents().length > 0) {
        out.append('\n');
        section(out, inner, indent + "  ");
      } else if (value instanceof NamedSections named) {
        out.append('\n');
        named.sections().forEach((name, section) -> node(out, name, section, indent + "  "));
      } else {
        out.append(' ').append(inline(value)).append('\n');
      }
    }
  }

  /** Sections as they were read. */
  static String write(NamedSections named) {
    StringBuilder out = new StringBuilder();
    named.sections().forEach((name, section) -> node(out, name, section, ""));
    return out.toString();
  }

  private static void node(StringBuilder out, String key, ConfigNode node, String indent) {
    out.append(indent).append(key).append(':');
    if (node instanceof ConfigNode.Section section && !section.entries().isEmpty()) {
      out.append('\n');
      section.entries().forEach((name, inner) -> node(out, name, inner, indent + "  "));
    } else {
      out.append(' ').append(inline(node)).append('\n');
    }
  }

  private static String inline(ConfigNode node) {
    if (node instanceof ConfigNode.Text text) {
      return text.plain() ? text.value() : quoted(text.value());
    } else if (node instanceof ConfigNode.Items items) {
      return "["
          + String.join(", ", items.items().stream().map(RecordWriter::inline).toList())
          + "]";
    }
    return "{}";
  }

  private static String inline(Object value) {
    if (value instanceof Record record) {
      StringBuilder out = new StringBuilder("{");
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Object inner = RecordBinder.read(component, record);
        if (inner instanceof Optional<?> optional) {
          inner = optional.orElse(null);
        }
        if (inner != null) {
          out.append(out.length() > 1 ? ", " : "").append(YamlNames.key(component.getName()));
          out.append(": ").append(inline(inner));
        }
      }
      return out.append('}').toString();
    } else if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(RecordWriter::inline).toList()) + "]";
    } else if (value instanceof Double number) {
      return number.toString().toLowerCase(Locale.ROOT);
    } else if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    } else if (value instanceof Enum<?> constant) {
      return text(YamlNames.constant(constant));
    }
    return text(value.toString());
  }

  private static String text(String value) {
    boolean plain =
        PLAIN.matcher(value).matches() && !List.of("true", "false", "null").contains(value);
    return plain ? value : quoted(value);
  }

  private static String quoted(String value) {
    StringBuilder out = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              boolean shown =
                  (c >= ' ' && c <= '~') || (c < 0x10000 && Character.isLetterOrDigit(c));
              if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
              } else if (shown) {
                out.append((char) c);
              } else {
                out.append("\\U%08x".formatted(c));
              }
            });
    return out.append('"').toString();
  }
}
