package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files in a folder and its subfolders, as every search sees them. What is hidden, such as the
 * {@code ._} files of macOS, is not seen; links are followed, but for those that lead back to a
 * folder above them; links that lead nowhere are seen, so that a search can name them.
 */
public final class FolderWalk {
  /** No data set is nested deeper; folders that are shared in rings of links might be. */
  private static final int DEEPEST = 16;

  private FolderWalk() {}

  /**
   * Walks.
   *
   * @param skipped folders not to enter; the root is entered whatever this says
   * @return in the order of their paths
   * @throws DataException where a folder cannot be read
   */
  public static List<Path> files(Path root, Predicate<Path> skipped) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          DEEPEST,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean enter = folder.equals(root) || !(isHidden(folder) || skipped.test(folder));
              return enter ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!isHidden(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be searched: %s".formatted(root, FileFailure.reason(e)), e);
    }
    Collections.sort(files);
    return files;
  }

  static boolean isHidden(Path path) {
    return path.getFileName() != null && path.getFileName().toString().startsWith(".");
  }
}
