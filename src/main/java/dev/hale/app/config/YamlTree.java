package dev.hale.app.config;

import dev.hale.io.FileFailure;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML 1.2 into nodes that know their lines. A text that would become more of them than any
 * configuration has, by aliases of aliases for instance, is refused before it takes the memory.
 */
final class YamlTree {
  private static final int MOST_VALUES = 100_000;
  private static final int DEEPEST = 100;

  private YamlTree() {}

  /** A file's content. */
  static ConfigNode.Section read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such configuration file", e);
    } catch (MalformedInputException e) {
      throw new ConfigException(file + ": not a text file in UTF-8", e);
    } catch (IOException e) {
      throw new ConfigException("%s: cannot be read: %s".formatted(file, FileFailure.reason(e)), e);
    }
    return parse(text, file.toString());
  }

  /** The content of a text that came from {@code name}. */
  static ConfigNode.Section parse(String text, String name) {
    Optional<Node> root = compose(text, name, e -> line(e, name));
    if (root.isEmpty()) {
      throw new ConfigException(name + ": the file is empty");
    }
    ConfigNode node = new Conversion(n -> lineOf(n, name)).of(root.get(), null);
    if (node instanceof ConfigNode.Section section) {
      return section;
    }
    throw new ConfigException(
        "%s: expected sections such as \"data:\", got %s".formatted(name, node.described()));
  }

  /** A value on the command line. */
  static ConfigNode value(String yaml, Origin.SetOption origin) {
    return compose(yaml, origin.about(""), e -> origin)
        .map(node -> new Conversion(n -> origin).of(node, origin))
        .orElse(new ConfigNode.Text(origin, "", true));
  }

  private interface Where<T> {
    Origin of(T at);
  }

  private static Optional<Node> compose(
      String text, String name, Where<MarkedYamlEngineException> where) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
      requireShallow(text, settings, name);
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      throw new ConfigException(
          "%s: not valid YAML: %s".formatted(where.of(e).about(""), e.getProblem()), e);
    } catch (YamlEngineException e) {
      throw new ConfigException("%s: not valid YAML: %s".formatted(name, firstLine(e)), e);
    }
  }

  /** Composing takes a piece of the stack for each level; events come one after the other. */
  private static void requireShallow(String text, LoadSettings settings, String name) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > DEEPEST) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        throw new ConfigException(
            "%s: values lie more than %d deep in each other"
                .formatted(new Origin.Line(name, line).about(""), DEEPEST));
      }
    }
  }

  /** From YAML's nodes, of one text. */
  private static final class Conversion {
    private final Where<Node> where;
    private int left = MOST_VALUES;

    Conversion(Where<Node> where) {
      this.where = where;
    }

    ConfigNode of(Node node, Origin ofKey) {
      Origin origin = ofKey != null ? ofKey : where.of(node);
      if (--left < 0) {
        throw new ConfigException(
            "%s: more than %d values, those that aliases repeat counted each time"
                .formatted(origin.about(""), MOST_VALUES));
      }
      if (node.isRecursive()) {
        throw new ConfigException(origin.about("") + ": a value contains itself");
      } else if (node instanceof ScalarNode scalar) {
        return new ConfigNode.Text(
            origin, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
      } else if (node instanceof SequenceNode sequence) {
        List<ConfigNode> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(of(item, null)));
        return new ConfigNode.Items(origin, items);
      }
      return new ConfigNode.Section(origin, entries((MappingNode) node));
    }

    private Map<String, ConfigNode> entries(MappingNode mapping) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        Origin at = where.of(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw new ConfigException(at.about("") + ": a key must be a word");
        }
        if (entries.put(key.getValue(), of(tuple.getValueNode(), at)) != null) {
          throw new ConfigException(at.about(key.getValue()) + ": this key is there twice");
        }
      }
      return entries;
    }
  }

  private static Origin lineOf(Node node, String name) {
    return new Origin.Line(name, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
  }

  private static Origin line(MarkedYamlEngineException e, String name) {
    return new Origin.Line(name, e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1));
  }

  private static String firstLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
