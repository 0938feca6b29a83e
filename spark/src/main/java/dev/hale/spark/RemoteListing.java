package dev.hale.spark;

import dev.hale.detection.result.DetectionRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files below a folder that a search would come by: none that are hidden, none in results of
 * hale.
 *
 * @param out where results go; not searched
 */
record RemoteListing(Path out) {
  /** All of them, or the one that the path leads to. */
  List<Path> of(Path root, Configuration hadoop) throws IOException {
    FileSystem files = root.getFileSystem(hadoop);
    List<Path> found = new ArrayList<>();
    Set<Path> results = new HashSet<>();
    results.add(out);
    // A store of objects answers this by the thousand, folder or not.
    RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (file.getName().equals(DetectionRecord.FILE)) {
        results.add(file.getParent());
      }
      found.add(file);
    }
    found.removeIf(file -> isPassedOver(file, root, results));
    return found;
  }

  private static boolean isPassedOver(Path file, Path root, Set<Path> results) {
    for (Path part = file; part != null && !part.equals(root); part = part.getParent()) {
      if (part.getName().startsWith(".") || results.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** One path for each file of each file system, by which they can be sorted and grouped. */
  static java.nio.file.Path key(Path file) {
    return java.nio.file.Path.of(
        "/" + file.toUri().getScheme(), file.toUri().getAuthority() + file.toUri().getPath());
  }
}
