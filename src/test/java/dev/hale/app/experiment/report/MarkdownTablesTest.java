package dev.hale.app.experiment.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;
import org.junit.jupiter.api.Test;

final class MarkdownTablesTest {
  @Test
  void namesMeanNothingInMarkdown() {
    List<Extension> tables = List.of(TablesExtension.create());
    Parser parser = Parser.builder().extensions(tables).build();
    TextContentRenderer plain = TextContentRenderer.builder().extensions(tables).build();
    for (String name :
        List.of("a|b", "<script>alert(1)</script>", "*x* `y` [z](u)", "back\\slash", "R&amp;D")) {
      String cell = "| " + MarkdownTables.escaped(name) + " | 1 |\n";
      String text = plain.render(parser.parse("| n | v |\n|---|---|\n" + cell));
      assertEquals("n| v\n" + name + "| 1", text.strip());
    }
    assertEquals("two lines", MarkdownTables.escaped("two\nlines"));
  }
}
