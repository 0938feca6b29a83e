package dev.hale.app.config;

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
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads YAML 1.2 into nodes that know their lines. */
final class YamlTree {
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
      throw new ConfigException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    return parse(text, file.toString());
  }

  /** The content of a text that came from {@code name}. */
  static ConfigNode.Section parse(String text, String name) {
    Optional<Node> root = compose(text, name, e -> line(e, name));
    if (root.isEmpty()) {
      throw new ConfigException(name + ": the file is empty");
    }
    ConfigNode node = convert(root.get(), n -> lineOf(n, name), null);
    if (node instanceof ConfigNode.Section section) {
      return section;
    }
    throw new ConfigException(
        "%s: expected sections such as \"data:\", got %s".formatted(name, node.described()));
  }

  /** A value on the command line. */
  static ConfigNode value(String yaml, Origin.SetOption origin) {
    return compose(yaml, origin.about(""), e -> origin)
        .map(node -> convert(node, n -> origin, origin))
        .orElse(new ConfigNode.Text(origin, "", true));
  }

  private interface Where<T> {
    Origin of(T at);
  }

  private static Optional<Node> compose(
      String text, String name, Where<MarkedYamlEngineException> where) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      throw new ConfigException(
          "%s: not valid YAML: %s".formatted(where.of(e).about(""), e.getProblem()), e);
    } catch (YamlEngineException e) {
      throw new ConfigException("%s: not valid YAML: %s".formatted(name, firstLine(e)), e);
    }
  }

  private static ConfigNode convert(Node node, Where<Node> where, Origin ofKey) {
    Origin origin = ofKey != null ? ofKey : where.of(node);
    if (node.isRecursive()) {
      throw new ConfigException(origin.about("") + ": a value contains itself");
    } else if (node instanceof ScalarNode scalar) {
      return new ConfigNode.Text(
          origin, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
    } else if (node instanceof SequenceNode sequence) {
      List<ConfigNode> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(convert(item, where, null)));
      return new ConfigNode.Items(origin, items);
    }
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      Origin at = where.of(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new ConfigException(at.about("") + ": a key must be a word");
      }
      if (entries.put(key.getValue(), convert(tuple.getValueNode(), where, at)) != null) {
        throw new ConfigException(at.about(key.getValue()) + ": this key is there twice");
      }
    }
    return new ConfigNode.Section(origin, entries);
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
