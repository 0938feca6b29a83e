package dev.hale.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

final class LinksTest {
  private static final Pattern IN_SOURCES = Pattern.compile("docs/[A-Za-z0-9_./-]+\\.(md|png)");
  private static final List<String> SOURCES =
      List.of("src", "cuda", "configs", "experiments", "benchmarks", "docs", "hale", "pom.xml");
  private static final Pattern PACKAGE =
      Pattern.compile("\\bdev\\.hale(\\.[a-z][a-z0-9]*\\b(?!\\())*");
  private static final Pattern MODULE = Pattern.compile("\\bmodule ([\\w.]+)");
  private static final List<String> ROOTS =
      List.of("src/main/java", "src/test/java", "benchmarks/src/main/java", "spark/src/main/java");
  private static final Pattern TEXT =
      Pattern.compile(".*(\\.(java|h|cuh|cpp|cu|yaml|yml|xml|txt|cmake|md)|/?hale)");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyRelativeLinkLeadsSomewhere() {
    return MarkdownFile.all().stream()
        .map(
            file ->
                dynamicTest(
                    file.toString(),
                    () -> assertEquals(List.of(), broken(MarkdownFile.read(file)))));
  }

  @Test
  void aBrokenLinkIsNoticed() throws IOException {
    Files.writeString(folder.resolve("other.md"), "# One heading\n\n## `hale x`, y\n");
    Files.createFile(folder.resolve("a picture.png"));
    String text =
        """
        # Here

        [good](other.md) [good](other.md#hale-x-y) [good](#here) ![good](a%20picture.png)
        [web](https://example.org/none) [bad](none.md) [bad](other.md#none) [bad](#none)
        """;
    assertEquals(
        List.of("none.md", "other.md#none", "#none"),
        broken(MarkdownFile.of(folder.resolve("here.md"), text)));
  }

  @Test
  void everyPageThatSourcesNameIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path file : sources()) {
      Matcher found = IN_SOURCES.matcher(Files.readString(file));
      while (found.find()) {
        named++;
        if (!Files.exists(Path.of(found.group()))) {
          missing.add(file + " names " + found.group());
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 10, "only " + named + " found");
  }

  @Test
  void everyPackageThatPagesNameIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path file : MarkdownFile.all()) {
      if (file.endsWith("CHANGELOG.md")) {
        continue; // it says what was
      }
      Matcher found = PACKAGE.matcher(withoutModules(Files.readString(file)));
      while (found.find()) {
        named++;
        String folder = found.group().replace('.', '/');
        if (ROOTS.stream().noneMatch(root -> Files.isDirectory(Path.of(root, folder)))) {
          missing.add(file + " names " + found.group());
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 10, "only " + named + " found");
  }

  /** A text in which the modules of natives, which are no packages, are not named. */
  private static String withoutModules(String text) throws IOException {
    String rest = text;
    try (Stream<Path> files = Files.walk(Path.of("library/natives"))) {
      for (Path file : files.filter(each -> each.endsWith("module-info.java")).toList()) {
        Matcher module = MODULE.matcher(Files.readString(file));
        assertTrue(module.find(), () -> file + " names no module");
        rest = rest.replace(module.group(1), "");
      }
    }
    return rest;
  }

  @Test
  void everyPageCanBeReachedFromTheIndex() {
    Set<Path> reached = new HashSet<>();
    List<Path> open = new ArrayList<>(List.of(Path.of("docs/README.md")));
    while (!open.isEmpty()) {
      Path file = open.remove(open.size() - 1);
      if (reached.add(file)) {
        for (String target : MarkdownFile.read(file).targets()) {
          Path next = resolve(file, target.replaceAll("#.*", ""));
          if (next.startsWith("docs") && next.toString().endsWith(".md") && Files.exists(next)) {
            open.add(next);
          }
        }
      }
    }
    List<Path> lost =
        MarkdownFile.all().stream()
            .filter(file -> file.startsWith("docs") && !reached.contains(file))
            .toList();
    assertEquals(List.of(), lost);
  }

  @Test
  void everyPictureIsShown() throws IOException {
    Set<Path> shown = new HashSet<>();
    for (Path file : MarkdownFile.all()) {
      MarkdownFile.read(file).targets().forEach(target -> shown.add(resolve(file, target)));
    }
    try (Stream<Path> pictures = Files.list(Path.of("docs/pictures"))) {
      assertEquals(List.of(), pictures.filter(picture -> !shown.contains(picture)).toList());
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : SOURCES) {
      try (Stream<Path> below = Files.walk(Path.of(source))) {
        below
            .filter(file -> Files.isRegularFile(file) && TEXT.matcher(file.toString()).matches())
            .filter(file -> !file.startsWith("benchmarks/target"))
            .forEach(files::add);
      }
    }
    return files;
  }

  private static List<String> broken(MarkdownFile file) {
    return file.targets().stream().filter(target -> !leads(file, target)).toList();
  }

  private static boolean leads(MarkdownFile from, String target) {
    if (target.matches("[a-z]+:.*")) {
      return true; // the web is somebody else's
    }
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? from.path() : resolve(from.path(), parts[0]);
    if (parts.length == 1) {
      return Files.exists(file);
    }
    MarkdownFile other = parts[0].isEmpty() ? from : MarkdownFile.read(file);
    return other.anchors().containsValue(parts[1]);
  }

  private static Path resolve(Path from, String target) {
    return from.resolveSibling(URLDecoder.decode(target, StandardCharsets.UTF_8)).normalize();
  }
}
