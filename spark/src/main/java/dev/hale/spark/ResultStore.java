package dev.hale.spark;

import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.OutputFile;
import dev.hale.io.PortableName;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a job's results, on any Hadoop file system: of several that write the same
 * subject's, the first wins, and nobody sees half of one.
 *
 * <p>Where a folder can be renamed in one step, each attempt fills one of its own, {@code
 * .attempts/SUBJECT/ATTEMPT}, and the first that gives it the subject's name wins. Where it cannot,
 * as in object stores, attempts write the same bytes to the same place, and {@code detection.json}
 * last, which the first one alone may create: a folder without it is not finished.
 */
final class ResultStore {
  static final String LESIONS = "lesions.tsv";

  private static final String ATTEMPTS = ".attempts";

  /** Whose rename fails where the target exists; of others nobody knows. */
  private static final List<String> RENAMING = List.of("hdfs", "viewfs");

  private final Path out;
  private final Configuration hadoop;
  private final FileSystem files;

  /** Nothing is made yet. */
  ResultStore(String out, Configuration hadoop) throws IOException {
    this.out = new Path(out);
    this.hadoop = hadoop;
    files = HadoopPaths.fileSystem(this.out, hadoop);
  }

  /** Where a subject's results are or will be. */
  Path folder(String subject) {
    return new Path(out, PortableName.of(subject));
  }

  /**
   * Whether a subject's results are there.
   *
   * @throws DataException if something else is there in their place
   */
  boolean isFinished(String subject) throws IOException {
    Path folder = folder(subject);
    boolean finished = files.exists(new Path(folder, DetectionRecord.FILE));
    if (!finished && renames() && files.exists(folder)) {
      throw new DataException(
          "%s is there already and is no result of hale; write elsewhere".formatted(folder));
    }
    return finished;
  }

  /**
   * Copies what there is to know of a finished subject into a folder of this machine's, which is
   * there: its record and its table of lesions.
   *
   * @throws DataException if the other files are not there in the sizes that the record says
   */
  void fetch(String subject, java.nio.file.Path into) throws IOException {
    for (String name : List.of(DetectionRecord.FILE, LESIONS)) {
      try (InputStream in = files.open(new Path(folder(subject), name))) {
        Files.copy(in, into.resolve(name));
      }
    }
    Map<String, Long> sizes = new HashMap<>();
    for (FileStatus file : files.listStatus(folder(subject))) {
      sizes.put(file.getPath().getName(), file.getLen());
    }
    for (OutputFile file : DetectionRecord.read(into).files()) {
      Long found = sizes.get(file.name());
      if (found == null || (file.bytes() != null && !file.bytes().equals(found))) {
        throw new DataException(
            "%s is not as it was written (%s has %s bytes, not %s); delete it to detect again"
                .formatted(folder(subject), file.name(), found, file.bytes()));
      }
    }
  }

  /**
   * Makes a subject's results appear, unless others have come first.
   *
   * @param complete a folder of this machine's that holds them
   * @param attempt unlike any other attempt's name
   * @return whether these are the ones that stay
   * @throws IOException if they cannot be written; then nothing has appeared
   */
  boolean commit(String subject, java.nio.file.Path complete, String attempt) throws IOException {
    if (!renames()) {
      return !isFinished(subject) && writeInPlace(folder(subject), complete);
    }
    Path attempts = new Path(new Path(out, ATTEMPTS), PortableName.of(subject));
    Path own = new Path(attempts, attempt);
    boolean over = false;
    try {
      boolean first = isFirst(subject, complete, own);
      over = true;
      return first;
    } finally {
      // Whoever comes later than the first cannot win any more.
      files.delete(over ? attempts : own, true);
    }
  }

  private boolean isFirst(String subject, java.nio.file.Path complete, Path own)
      throws IOException {
    try {
      for (java.nio.file.Path file : contents(complete)) {
        write(file, new Path(own, file.getFileName().toString()), false);
      }
      boolean first = rename(own, folder(subject));
      if (!first) {
        isFinished(subject); // else it is somebody else's folder
      }
      return first;
    } catch (IOException e) {
      if (isFinished(subject)) {
        return false; // the first one has swept this attempt away
      }
      throw e;
    }
  }

  private boolean rename(Path from, Path to) throws IOException {
    if (HadoopPaths.isLocal(to)) {
      // Hadoop's own would move it into a folder that is there.
      try {
        Files.move(HadoopPaths.local(from), HadoopPaths.local(to), StandardCopyOption.ATOMIC_MOVE);
        return true;
      } catch (FileSystemException e) {
        if (!Files.exists(HadoopPaths.local(to))) {
          throw e;
        }
        return false;
      }
    }
    try {
      FileContext.getFileContext(to.toUri(), hadoop).rename(from, to);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private boolean writeInPlace(Path folder, java.nio.file.Path complete) throws IOException {
    java.nio.file.Path record = complete.resolve(DetectionRecord.FILE);
    for (java.nio.file.Path file : contents(complete)) {
      if (!file.equals(record)) {
        write(file, new Path(folder, file.getFileName().toString()), true);
      }
    }
    try {
      write(record, new Path(folder, DetectionRecord.FILE), false);
      return true;
    } catch (IOException e) { // of every kind where somebody was first, by the store
      if (files.exists(new Path(folder, DetectionRecord.FILE))) {
        return false;
      }
      throw e;
    }
  }

  private static List<java.nio.file.Path> contents(java.nio.file.Path folder) throws IOException {
    try (Stream<java.nio.file.Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private void write(java.nio.file.Path file, Path to, boolean overwrite) throws IOException {
    try (OutputStream written = files.create(to, overwrite)) {
      Files.copy(file, written);
    }
  }

  /**
   * Deletes what attempts have left whose subject is finished, such as those of killed machines.
   */
  void sweep() throws IOException {
    Path attempts = new Path(out, ATTEMPTS);
    if (!files.exists(attempts)) {
      return;
    }
    for (FileStatus subject : files.listStatus(attempts)) {
      Path finished = new Path(out, subject.getPath().getName());
      if (files.exists(new Path(finished, DetectionRecord.FILE))) {
        files.delete(subject.getPath(), true);
      }
    }
    if (files.listStatus(attempts).length == 0) {
      files.delete(attempts, false);
    }
  }

  private boolean renames() {
    String scheme = out.toUri().getScheme();
    return HadoopPaths.isLocal(out) || RENAMING.contains(scheme);
  }
}
