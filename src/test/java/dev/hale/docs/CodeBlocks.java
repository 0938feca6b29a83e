package dev.hale.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;

/** The fenced pieces of a page. */
public final class CodeBlocks {
  private CodeBlocks() {}

  /**
   * Those of a language, in order.
   *
   * @param language as behind the fence; empty for those without
   */
  public static List<String> of(Path page, String language) {
    List<String> blocks = new ArrayList<>();
    MarkdownFile.read(page)
        .document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(FencedCodeBlock block) {
                if (block.getInfo().equals(language)) {
                  blocks.add(block.getLiteral());
                }
              }
            });
    return blocks;
  }

  /** All pages. */
  public static List<Path> pages() {
    return MarkdownFile.all();
  }
}
