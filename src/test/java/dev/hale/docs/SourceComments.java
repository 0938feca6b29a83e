package dev.hale.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the Javadoc of sources says of records, enums and packages, as Markdown. The JDK's own
 * parser reads it, so that it is understood as {@code javadoc} understands it.
 */
public final class SourceComments {
  private final Path sources;
  private final Map<Path, Parsed> files = new HashMap<>();

  private record Parsed(DocTrees trees, CompilationUnitTree unit) {}

  /**
   * Of the sources below a folder.
   *
   * @param sources that holds {@code dev/hale}
   */
  public SourceComments(Path sources) {
    this.sources = sources;
  }

  /**
   * What is said of a record's component.
   *
   * @param code what becomes of words that stand as code
   * @throws NoSuchElementException where nothing is said
   */
  public String parameter(Class<?> record, String component, UnaryOperator<String> code) {
    for (DocTree tag : required(record).getBlockTags()) {
      if (tag instanceof ParamTree parameter
          && parameter.getName().getName().contentEquals(component)) {
        return CommentText.of(parameter.getDescription(), code);
      }
    }
    throw new NoSuchElementException(
        "%s says nothing of its component %s".formatted(record.getName(), component));
  }

  /** The first sentence on a class. */
  public String sentence(Class<?> type, UnaryOperator<String> code) {
    return CommentText.of(required(type).getFirstSentence(), code);
  }

  /** All that is said of a constant of an enum; empty where nothing is. */
  public Optional<String> constant(Enum<?> constant, UnaryOperator<String> code) {
    Class<?> type = constant.getDeclaringClass();
    Parsed parsed = parse(file(type));
    TreePath owner = path(parsed, type);
    return ((ClassTree) owner.getLeaf())
        .getMembers().stream()
            .filter(
                member ->
                    member instanceof VariableTree variable
                        && variable.getName().contentEquals(constant.name()))
            .map(member -> parsed.trees().getDocCommentTree(new TreePath(owner, member)))
            .flatMap(comment -> Optional.ofNullable(comment).stream())
            .map(comment -> CommentText.of(comment.getFullBody(), code))
            .findFirst();
  }

  /**
   * The first sentence on a package.
   *
   * @throws NoSuchElementException where it has none
   */
  public String packageSentence(String name) {
    return packageText(name, DocCommentTree::getFirstSentence);
  }

  /** All that is said of a package. */
  String packageText(String name) {
    return packageText(name, DocCommentTree::getFullBody);
  }

  private String packageText(
      String name, java.util.function.Function<DocCommentTree, List<? extends DocTree>> part) {
    Path file = sources.resolve(name.replace('.', '/')).resolve("package-info.java");
    if (!Files.exists(file)) {
      throw new NoSuchElementException(file + " is missing: say what the package is for");
    }
    Parsed parsed = parse(file);
    DocCommentTree comment =
        parsed
            .trees()
            .getDocCommentTree(
                new TreePath(new TreePath(parsed.unit()), parsed.unit().getPackage()));
    if (comment == null) {
      throw new NoSuchElementException(file + " has no comment");
    }
    return CommentText.of(part.apply(comment), UnaryOperator.identity());
  }

  private DocCommentTree required(Class<?> type) {
    Parsed parsed = parse(file(type));
    DocCommentTree comment = parsed.trees().getDocCommentTree(path(parsed, type));
    if (comment == null) {
      throw new NoSuchElementException(type.getName() + " has no comment");
    }
    return comment;
  }

  private Path file(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return sources.resolve(outer.getName().replace('.', '/') + ".java");
  }

  private static TreePath path(Parsed parsed, Class<?> type) {
    TreePath around =
        type.getEnclosingClass() == null
            ? new TreePath(parsed.unit())
            : path(parsed, type.getEnclosingClass());
    List<? extends Tree> members =
        around.getLeaf() instanceof ClassTree owner
            ? owner.getMembers()
            : parsed.unit().getTypeDecls();
    return members.stream()
        .filter(
            member ->
                member instanceof ClassTree found
                    && found.getSimpleName().contentEquals(type.getSimpleName()))
        .map(member -> new TreePath(around, member))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(type + " is not in its file"));
  }

  private Parsed parse(Path file) {
    return files.computeIfAbsent(file, SourceComments::parseNow);
  }

  private static Parsed parseNow(Path file) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjects(file));
      DocTrees trees = DocTrees.instance(task);
      return new Parsed(trees, task.parse().iterator().next());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
