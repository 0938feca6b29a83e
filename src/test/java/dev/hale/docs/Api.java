package dev.hale.docs;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

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
    return ToolProvider.findFirst("javadoc")
        .orElseThrow(() -> new IllegalStateException("this JDK has no javadoc"))
        .run(
            messages,
            messages,
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
            "-sourcepath",
            GeneratedPages.SOURCES.toString(),
            "-subpackages",
            "dev.hale",
            "-classpath",
            System.getProperty("java.class.path"));
  }
}
