package dev.hale.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the pages that are made from the code, and a site of all pages and the Javadoc that opens
 * from disk. Run in the repository's root.
 */
public final class WriteDocs {
  private WriteDocs() {}

  /**
   * The program.
   *
   * @param arguments the site's folder
   */
  public static void main(String... arguments) throws IOException {
    for (Map.Entry<Path, String> page : GeneratedPages.all().entrySet()) {
      if (!GeneratedPages.text(page.getKey()).equals(page.getValue())) {
        Files.writeString(page.getKey(), page.getValue());
        System.out.println("Wrote " + page.getKey());
      }
    }
    Path site = Path.of(arguments[0]);
    if (Api.write(site.resolve(Site.API), System.out) != 0) {
      throw new IllegalStateException("javadoc found mistakes, above");
    }
    new Site(site).write();
    System.out.println("The site is " + site.resolve("index.html"));
  }
}
