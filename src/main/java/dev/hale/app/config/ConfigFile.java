package dev.hale.app.config;

import dev.hale.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads and writes records as YAML files, by the rules that this package states. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param overrides values that go before the file's, each {@code a.b.c=value}, the value as YAML
   * @throws ConfigException in one line that names file and line, or the override
   */
  public static <T extends Record> T read(Path file, Class<T> type, List<String> overrides) {
    return bind(YamlTree.read(file), type, overrides);
  }

  /** Like {@link #read}, from a text; {@code name} stands for the file in messages. */
  public static <T extends Record> T parse(
      String yaml, String name, Class<T> type, List<String> overrides) {
    return bind(YamlTree.parse(yaml, name), type, overrides);
  }

  private static <T extends Record> T bind(
      ConfigNode.Section root, Class<T> type, List<String> overrides) {
    List<Overrides.Entry> parsed = overrides.stream().map(Overrides.Entry::parse).toList();
    return RecordBinder.bind(Overrides.apply(root, parsed), type);
  }

  /** The record as YAML that reads back equal. */
  public static String toYaml(Record config) {
    return RecordWriter.write(config);
  }

  /** Writes the record, whole or not at all. */
  public static void write(Path file, Record config) {
    AtomicFile.write(file, out -> out.write(toYaml(config).getBytes(StandardCharsets.UTF_8)));
  }
}
