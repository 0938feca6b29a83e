package dev.hale.docs;

import dev.hale.app.config.ConfigurationReference;
import dev.hale.architecture.ArchitectureReference;
import dev.hale.cli.CommandReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pages of {@code docs/} that are made from the code, in whole or in part. */
final class GeneratedPages {
  /** What writes them. */
  static final String COMMAND = "./mvnw -Pdocs verify -DskipTests";

  static final Path SOURCES = Path.of("src/main/java");

  private static final String NOTE =
      "<!-- Made from the code by %s; do not edit. -->\n\n".formatted(COMMAND);

  private GeneratedPages() {}

  /** Each page as it should be. */
  static Map<Path, String> all() {
    Map<Path, String> pages = new LinkedHashMap<>();
    pages.put(Path.of("docs/reference/cli.md"), NOTE + CommandReference.page());
    pages.put(Path.of("docs/reference/config.md"), NOTE + ConfigurationReference.page(SOURCES));
    Path architecture = Path.of("docs/explanation/architecture.md");
    pages.put(architecture, ArchitectureReference.page(SOURCES, text(architecture)));
    return pages;
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
