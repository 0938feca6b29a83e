package dev.hale.docs;

import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.ErroneousTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A piece of a Javadoc comment as one line of Markdown that may stand in a table. */
final class CommentText {
  private static final Map<String, String> ENTITIES =
      Map.of("lt", "&lt;", "gt", "&gt;", "amp", "&amp;", "nbsp", " ");

  private CommentText() {}

  /**
   * The text.
   *
   * @param code what becomes of words that stand as code
   */
  static String of(List<? extends DocTree> parts, UnaryOperator<String> code) {
    StringBuilder text = new StringBuilder();
    for (DocTree part : parts) {
      text.append(of(part, code));
    }
    return text.toString().replaceAll("\\s+", " ").strip();
  }

  private static String of(DocTree part, UnaryOperator<String> code) {
    if (part instanceof TextTree text) {
      return plain(text.getBody());
    } else if (part instanceof LiteralTree literal) {
      String body = literal.getBody().getBody();
      return part.getKind() == DocTree.Kind.CODE ? code(code.apply(body)) : plain(body);
    } else if (part instanceof LinkTree link) {
      return link.getLabel().isEmpty()
          ? code(code.apply(name(link.getReference().getSignature())))
          : of(link.getLabel(), code);
    } else if (part instanceof EntityTree entity) {
      return ENTITIES.get(entity.getName().toString());
    } else if (part instanceof StartElementTree || part instanceof EndElementTree) {
      return " ";
    } else if (part instanceof ErroneousTree wrong) {
      throw new IllegalArgumentException("no Javadoc: " + wrong.getBody());
    }
    throw new IllegalArgumentException("not used here so far: " + part.getKind() + ": " + part);
  }

  /** {@code Type} of {@code some.package.Type}, {@code member} of {@code Type#member}. */
  private static String name(String signature) {
    return signature.replaceAll(".*[.#]", "");
  }

  private static String code(String words) {
    return "`" + words.replace("|", "\\|") + "`";
  }

  private static String plain(String words) {
    return words.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_");
  }
}
