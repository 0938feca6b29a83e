package dev.hale.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SiteTest {
  private static final Pattern TARGET = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

  @TempDir Path out;

  @Test
  void everyLinkOfTheSiteWorksFromDisk() throws IOException {
    new Site(out).write();
    List<String> broken = new ArrayList<>();
    int pages = 0;
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".html")).toList()) {
        pages++;
        Matcher target = TARGET.matcher(Files.readString(file));
        while (target.find()) {
          if (!leads(file, target.group(1))) {
            broken.add(out.relativize(file) + " to " + target.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(pages >= MarkdownFile.all().size(), pages + " pages");
  }

  private boolean leads(Path from, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
    if (target.matches("[a-z]+:.*") || out.relativize(file).startsWith(Site.API)) {
      return true; // the Javadoc is made beside the pages
    }
    return Files.isRegularFile(file)
        && (parts.length == 1 || Files.readString(file).contains(" id=\"%s\"".formatted(parts[1])));
  }
}
