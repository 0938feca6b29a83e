package dev.hale.app.config;

import dev.hale.app.experiment.ExperimentConfig;
import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.detection.method.AttributionSettings;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.Methods;
import dev.hale.detection.method.Recipe;
import dev.hale.docs.SourceComments;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * {@code docs/reference/config.md}: every key of a configuration, from the records that are read
 * and their Javadoc, by the rules of {@link RecordBinder}.
 */
public final class ConfigurationReference {
  private static final String REQUIRED = "required";
  private static final String ABSENT = "absent";

  private final SourceComments comments;
  private final StringBuilder page = new StringBuilder();
  private Map<Class<?>, List<Place>> places = new LinkedHashMap<>();

  /**
   * A section.
   *
   * @param path its keys
   * @param defaults the record where a file is silent; null where it may not be
   */
  private record Place(String path, Object defaults) {}

  private ConfigurationReference(SourceComments comments) {
    this.comments = comments;
  }

  /** The page, by the Javadoc of the sources in a folder. */
  public static String page(Path sources) {
    ConfigurationReference reference = new ConfigurationReference(new SourceComments(sources));
    reference.write();
    return reference.page.toString();
  }

  private void write() {
    line("# Configuration");
    line("");
    line("Every key of the YAML files that hale reads: [trainings](#trainings), as in `configs/`,");
    line("and [experiments](#experiments), as in `experiments/`. A key that is not listed here is");
    line("an error, which names the nearest that is. *Required* keys have no default. Where");
    line("a section serves several networks, their own defaults are named; an *absent* section is");
    line("not used at all, and once it is there its keys have the defaults of its table.");
    line("`--set diffusion.training.lr=2e-4` puts a value in the place of the file's.");
    line("");
    line("## Trainings");
    line("");
    line("`hale train NETWORK FILE`, `hale calibrate FILE`. At the top:");
    tables(TrainingConfig.class);
    line("");
    line("### Sections of single methods");
    line("");
    line("Below `calibration.methods`, a section by the method's name. Methods that are not here");
    line("have no keys of their own.");
    methods();
    line("");
    line("### Sections of other jars' networks");
    line("");
    line(
        "Below `networks`, a section by the network's name; its keys are those of the record that");
    line("the network brings ([write a method](../howto/write-a-method.md)).");
    line("");
    line("## Experiments");
    line("");
    line("`hale experiment run FILE`. At the top:");
    tables(ExperimentConfig.class);
  }

  /** The tables of a file: first its own keys, then those of each section. */
  private void tables(Class<? extends Record> root) {
    places = new LinkedHashMap<>();
    collect(root, "", null);
    places.forEach(
        (type, where) -> {
          if (type != root) {
            line("");
            line(
                "### "
                    + where.stream()
                        .map(place -> "`" + place.path() + "`")
                        .collect(Collectors.joining(", ")));
            line("");
            line(comments.sentence(type, code(type)));
          }
          table(type, where);
        });
  }

  private void methods() {
    for (String name : Methods.names()) {
      if (Methods.named(name) instanceof LearnedMethod<?> method) {
        Own own = new Own(CalibrationSettings.DEFAULT.counterfactual());
        method.settings(own);
        Own other = new Own(own.shared.withGuidance(own.shared.guidance() + 1));
        method.settings(other);
        Record silent = own.sections.get(name); // not those of its parents
        if (silent == null) {
          continue;
        }
        line("");
        line("#### `calibration.methods.%s`".formatted(name));
        table(silent.getClass(), List.of(new Place(name, silent)));
        if (!silent.equals(other.sections.get(name))) {
          line("");
          line("Where a file is silent, the default is its own `calibration.guidance`.");
        }
      }
    }
  }

  /** Notices what a method's own section is. */
  private static final class Own implements Recipe {
    private final Map<String, Record> sections = new LinkedHashMap<>();
    private final CounterfactualSettings shared;

    Own(CounterfactualSettings shared) {
      this.shared = shared;
    }

    @Override
    public CounterfactualSettings counterfactual() {
      return shared;
    }

    @Override
    public AttributionSettings attribution() {
      return CalibrationSettings.DEFAULT.attribution();
    }

    @Override
    public <R extends Record> R own(String method, Class<R> type, R silent) {
      sections.put(method, silent);
      return silent;
    }
  }

  private void collect(Class<?> type, String path, Object defaults) {
    places.computeIfAbsent(type, any -> new ArrayList<>()).add(new Place(path, defaults));
    sections(type, path, defaults);
  }

  private void sections(Class<?> type, String path, Object defaults) {
    for (RecordComponent component : type.getRecordComponents()) {
      Object base = base(component, defaults);
      Class<?> inner = record(component.getGenericType());
      if (RecordBinder.isInline(component)) {
        sections(component.getType(), path, base);
      } else if (inner != null) {
        Object value = base instanceof Optional<?> optional ? optional.orElse(null) : base;
        collect(
            inner,
            (path.isEmpty() ? "" : path + ".") + YamlNames.key(component.getName()),
            value == null ? defaults(inner) : value);
      }
    }
  }

  /** The record that a component is, or may be; null where it is none. */
  private static Class<?> record(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return record(generic.getActualTypeArguments()[0]);
    }
    return type instanceof Class<?> plain && plain.isRecord() ? plain : null;
  }

  private static Object base(RecordComponent component, Object defaults) {
    if (defaults != null) {
      return RecordBinder.read(component, defaults);
    }
    if (component.getType() == Optional.class) {
      return Optional.empty();
    }
    return component.getType() == NamedSections.class
        ? NamedSections.NONE
        : defaults(component.getType());
  }

  private static Object defaults(Class<?> type) {
    try {
      Field field = type.getDeclaredField("DEFAULT");
      field.setAccessible(true);
      return field.get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private void table(Class<?> type, List<Place> where) {
    line("");
    line("| Key | Type | Default | Meaning |");
    line("|---|---|---|---|");
    rows(type, where);
    values(type);
  }

  private void rows(Class<?> type, List<Place> where) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (RecordBinder.isInline(component)) {
        rows(
            component.getType(),
            where.stream()
                .map(place -> new Place(place.path(), base(component, place.defaults())))
                .toList());
        continue;
      }
      line(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  YamlNames.key(component.getName()),
                  kind(component.getGenericType()),
                  byPlace(component, where),
                  comments.parameter(type, component.getName(), code(type))));
    }
  }

  private static String kind(Type type) {
    if (type instanceof ParameterizedType generic) {
      String inner = kind(generic.getActualTypeArguments()[0]);
      return generic.getRawType() == Optional.class ? inner : "list, each " + inner;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return "section";
    } else if (plain == NamedSections.class) {
      return "sections by name";
    } else if (plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .map(constant -> "`" + YamlNames.constant((Enum<?>) constant) + "`")
          .collect(Collectors.joining(" or "));
    } else if (plain == int.class || plain == long.class || plain == Long.class) {
      return "whole number";
    } else if (plain == Integer.class) {
      return "whole number";
    } else if (plain == double.class || plain == Double.class) {
      return "number";
    } else if (plain == boolean.class) {
      return "`true` or `false`";
    } else if (plain == String.class) {
      return "text";
    } else if (plain == Path.class) {
      return "path";
    }
    throw new IllegalArgumentException("say what a file has for " + plain);
  }

  /** The default; where it differs from section to section, the commonest and then the others. */
  private static String byPlace(RecordComponent component, List<Place> where) {
    Map<String, List<String>> byValue = new LinkedHashMap<>();
    for (Place place : where) {
      Object base = base(component, place.defaults());
      byValue.computeIfAbsent(shown(component, base), any -> new ArrayList<>()).add(place.path());
    }
    String commonest =
        byValue.entrySet().stream()
            .reduce((a, b) -> b.getValue().size() > a.getValue().size() ? b : a)
            .orElseThrow()
            .getKey();
    StringBuilder text = new StringBuilder(commonest);
    byValue.forEach(
        (value, paths) -> {
          if (!value.equals(commonest)) {
            text.append("; of ")
                .append(
                    paths.stream()
                        .map(path -> "`" + path.replaceAll("\\..*", "") + "`")
                        .collect(Collectors.joining(" and ")))
                .append(' ')
                .append(value);
          }
        });
    return text.toString();
  }

  private static String shown(RecordComponent component, Object value) {
    if (value == null) {
      return component.getType().isRecord() ? REQUIRED + " keys" : REQUIRED;
    } else if (value instanceof Optional<?> optional) {
      return optional.isEmpty() ? ABSENT : shown(component, optional.get());
    } else if (value instanceof Record) {
      return "its own";
    } else if (value instanceof NamedSections) {
      return "none";
    }
    if (value.equals("")) {
      return "empty";
    }
    return value.equals(Integer.MAX_VALUE) ? "no limit" : "`" + yaml(value) + "`";
  }

  private static String yaml(Object value) {
    if (value instanceof List<?> list) {
      return "["
          + list.stream().map(ConfigurationReference::yaml).collect(Collectors.joining(", "))
          + "]";
    } else if (value instanceof Enum<?> constant) {
      return YamlNames.constant(constant);
    } else if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e7
          ? Long.toString(number.longValue())
          : number.toString().replace(".0E", "E").toLowerCase(java.util.Locale.ROOT);
    }
    return value.toString();
  }

  /** What the words mean that a key may be. */
  private void values(Class<?> type) {
    List<String> lines = new ArrayList<>();
    collectValues(type, lines);
    if (!lines.isEmpty()) {
      line("");
      lines.forEach(this::line);
    }
  }

  private void collectValues(Class<?> type, List<String> lines) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (RecordBinder.isInline(component)) {
        collectValues(component.getType(), lines);
        continue;
      }
      Class<?> choice = choice(component.getGenericType());
      if (choice != null) {
        for (Object constant : choice.getEnumConstants()) {
          comments
              .constant((Enum<?>) constant, word -> constantOf(choice, word))
              .ifPresent(
                  meaning ->
                      lines.add(
                          "- `%s: %s`: %s"
                              .formatted(
                                  YamlNames.key(component.getName()),
                                  YamlNames.constant((Enum<?>) constant),
                                  meaning)));
        }
      }
    }
  }

  private static Class<?> choice(Type type) {
    if (type instanceof ParameterizedType generic) {
      return choice(generic.getActualTypeArguments()[0]);
    }
    return type instanceof Class<?> plain && plain.isEnum() ? plain : null;
  }

  /** The word that a file has for a constant of Java's. */
  private static String constantOf(Class<?> choice, String word) {
    return Arrays.stream(choice.getEnumConstants())
        .map(constant -> (Enum<?>) constant)
        .filter(constant -> constant.name().equals(word))
        .map(YamlNames::constant)
        .findFirst()
        .orElse(word);
  }

  /** The key that a file has for a component of Java's. */
  private static UnaryOperator<String> code(Class<?> type) {
    return word ->
        Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getName().equals(word))
            ? YamlNames.key(word)
            : word;
  }

  private void line(String words) {
    page.append(words).append('\n');
  }
}
