package dev.hale.docs;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The Javadoc of hale. */
final class Api {
  private Api() {}

  /**
   * Writes it into a folder.
   *
   * @param messages gets javadoc's
   * @return 0 unless comments have mistakes
   */
  static int write(Path out, PrintStream messages) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-Xdoclint:all,-missing",
                "-Werror",
                "-quiet",
                "-notimestamp",
                "-encoding",
                "UTF-8",
                "-windowtitle",
                "hale",
                "-d",
                out.toString(),
                "-classpath",
                System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(GeneratedPages.SOURCES)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("module-info.java")) // commands are not of the module
          .map(Path::toString)
          .forEach(arguments::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ToolProvider.findFirst("javadoc")
        .orElseThrow(() -> new IllegalStateException("this JDK has no javadoc"))
        .run(messages, messages, arguments.toArray(String[]::new));
  }
}
