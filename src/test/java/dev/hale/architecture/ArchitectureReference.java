package dev.hale.architecture;

import dev.hale.docs.SourceComments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of {@code docs/explanation/architecture.md} that is made from the code: the layers of
 * {@link Layering} and, by its own package-info, what each package is for.
 */
public final class ArchitectureReference {
  private static final String BEGIN = "<!-- made from the code: begin -->\n";
  private static final String END = "<!-- made from the code: end -->\n";

  private ArchitectureReference() {}

  /**
   * The page with that part as the code is now.
   *
   * @param written the page as it is
   */
  public static String page(Path sources, String written) {
    int begin = written.indexOf(BEGIN);
    int end = written.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "architecture.md must have the lines %s and %s".formatted(BEGIN.strip(), END.strip()));
    }
    return written.substring(0, begin + BEGIN.length()) + part(sources) + written.substring(end);
  }

  private static String part(Path sources) {
    StringBuilder part = new StringBuilder("\n```\n");
    part.append(
        Layering.layers().stream()
            .map(layer -> String.join(", ", layer))
            .collect(Collectors.joining("\n  ↓\n")));
    part.append("\n```\n\n| Package | What it is for |\n|---|---|\n");
    SourceComments comments = new SourceComments(sources);
    for (String name : packages(sources)) {
      part.append("| `%s` | %s |\n".formatted(name, comments.packageSentence(name)));
    }
    return part.append('\n').toString();
  }

  /** Every folder that holds a source, by its package's name. */
  public static List<String> packages(Path sources) {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("module-info.java"))
          .map(file -> sources.relativize(file.getParent()).toString().replaceAll("[/\\\\]", "."))
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
