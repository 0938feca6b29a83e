package dev.hale.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A section of sections, whose names and keys are not known to the record around it: each is read
 * by whoever knows its name.
 */
public final class NamedSections {
  /** There are none. */
  public static final NamedSections NONE = new NamedSections("", Map.of());

  private final String path;
  private final Map<String, ConfigNode.Section> sections;

  private NamedSections(String path, Map<String, ConfigNode.Section> sections) {
    this.path = path;
    this.sections = sections;
  }

  static NamedSections of(ConfigNode.Section section, String path) {
    Map<String, ConfigNode.Section> sections = new LinkedHashMap<>();
    section
        .entries()
        .forEach((name, node) -> sections.put(name, RecordBinder.section(node, path + "." + name)));
    return new NamedSections(path, sections);
  }

  /** The names that are there, in order. */
  public Set<String> names() {
    return sections.keySet();
  }

  /**
   * One of them.
   *
   * @param silent what it is where it is missing, and each key that it leaves out
   * @throws ConfigException in one line with the place of the mistake
   */
  public <T extends Record> T read(String name, Class<T> type, T silent) {
    ConfigNode.Section section = sections.get(name);
    return section == null ? silent : RecordBinder.bind(section, type, path + "." + name, silent);
  }

  /**
   * The same with a value in each section, in the place of what stands there.
   *
   * @param set {@code a.b=value}, the value as YAML
   */
  public NamedSections with(String set) {
    List<Overrides.Entry> entry = List.of(Overrides.Entry.parse(set));
    Map<String, ConfigNode.Section> changed = new LinkedHashMap<>();
    sections.forEach((name, section) -> changed.put(name, Overrides.apply(section, entry)));
    return new NamedSections(path, changed);
  }

  /**
   * A complaint about one of them, with its place.
   *
   * @param why without it
   */
  public ConfigException complaint(String name, String why) {
    return new ConfigException(
        "%s: %s".formatted(sections.get(name).origin().about(path + "." + name), why));
  }

  Map<String, ConfigNode.Section> sections() {
    return sections;
  }

  /** Whether they say the same, wherever they were written. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NamedSections that
        && RecordWriter.write(this).equals(RecordWriter.write(that));
  }

  @Override
  public int hashCode() {
    return RecordWriter.write(this).hashCode();
  }

  @Override
  public String toString() {
    return RecordWriter.write(this);
  }
}
