package dev.hale.docs;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * All Markdown of the repository as HTML, laid out like the repository, a README as the index of
 * its folder. What pages link to comes along, so that every link works from disk.
 */
final class Site {
  /** Where the Javadoc lies in a site. */
  static final String API = "api";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%1$s</title>
      <style>
      body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; color: #222; }
      nav { border-bottom: 1px solid #ccc; padding-bottom: .5rem; }
      nav a { margin-right: 1.2rem; }
      a { color: #0a58a8; }
      img { max-width: 100%%; }
      table { border-collapse: collapse; display: block; overflow-x: auto; }
      th, td { border: 1px solid #ccc; padding: .25rem .6rem; text-align: left; vertical-align: top; }
      th { background: #f3f3f3; }
      pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; }
      code { font-size: .92em; }
      </style>
      </head>
      <body>
      <nav><a href="%2$sindex.html">hale</a><a href="%2$sdocs/index.html">Documentation</a><a href="%2$sdocs/results.html">Results</a><a href="%2$sapi/index.html">Java API</a></nav>
      %3$s</body>
      </html>
      """;

  private final Path out;
  private final Set<Path> companions = new LinkedHashSet<>();

  /**
   * A site in a folder.
   *
   * @param out made where it is missing
   */
  Site(Path out) {
    this.out = out;
  }

  /** Writes it. */
  void write() throws IOException {
    for (Path file : MarkdownFile.all()) {
      MarkdownFile page = MarkdownFile.read(file);
      relink(page);
      write(html(file), page.title(), body(page));
    }
    for (Path companion : companions) {
      if (Files.isDirectory(companion)) {
        write(companion.resolve("index.html"), companion.toString(), listing(companion));
      } else {
        copy(companion);
      }
    }
  }

  /** Where a Markdown file's page lies. */
  private static Path html(Path markdown) {
    String name = markdown.getFileName().toString();
    return markdown.resolveSibling(
        name.equals("README.md") ? "index.html" : name.replaceAll("\\.md$", ".html"));
  }

  private void relink(MarkdownFile page) {
    page.document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                link.setDestination(target(page.path(), link.getDestination()));
                visitChildren(link);
              }

              @Override
              public void visit(Image image) {
                image.setDestination(target(page.path(), image.getDestination()));
                visitChildren(image);
              }
            });
  }

  private String target(Path from, String written) {
    if (written.matches("([a-z]+:|#).*")) {
      return written;
    }
    String[] parts = written.split("#", 2);
    Path file =
        from.resolveSibling(URLDecoder.decode(parts[0], StandardCharsets.UTF_8)).normalize();
    Path page = file;
    if (Files.isDirectory(file)) {
      page = file.resolve("index.html");
      if (!Files.exists(file.resolve("README.md"))) {
        companions.add(file);
      }
    } else if (file.toString().endsWith(".md")) {
      page = html(file);
    } else {
      companions.add(file);
    }
    Path folder = from.getParent() == null ? Path.of("") : from.getParent();
    String relative = folder.relativize(page).toString().replace('\\', '/');
    return parts.length == 1 ? relative : relative + "#" + parts[1];
  }

  private static String body(MarkdownFile page) {
    return HtmlRenderer.builder()
        .extensions(MarkdownFile.EXTENSIONS)
        .attributeProviderFactory(context -> new Anchors(page.anchors()))
        .build()
        .render(page.document());
  }

  private record Anchors(Map<Heading, String> anchors) implements AttributeProvider {
    @Override
    public void setAttributes(Node node, String tag, Map<String, String> attributes) {
      if (node instanceof Heading heading) {
        attributes.put("id", anchors.get(heading));
      }
    }
  }

  /** A page for a folder that has none: its files, which come along. */
  private String listing(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .peek(this::copy)
          .map(Path::getFileName)
          .map("<li><a href=\"%1$s\">%1$s</a></li>%n"::formatted)
          .collect(Collectors.joining("", "<h1>" + folder + "</h1>\n<ul>\n", "</ul>\n"));
    }
  }

  private void write(Path page, String title, String body) throws IOException {
    Path file = out.resolve(page);
    Files.createDirectories(file.getParent());
    String up = "../".repeat(page.getNameCount() - 1);
    Files.writeString(file, PAGE.formatted(title.replace("<", "&lt;"), up, body));
  }

  private void copy(Path file) {
    try {
      Path copy = out.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
