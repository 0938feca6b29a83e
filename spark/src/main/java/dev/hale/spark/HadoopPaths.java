package dev.hale.spark;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/** Between the paths of Hadoop's file systems and those of this machine's. */
final class HadoopPaths {
  private static final String LOCAL = "file";

  private HadoopPaths() {}

  /** With its scheme, and absolute. */
  static org.apache.hadoop.fs.Path qualified(String path, Configuration hadoop) throws IOException {
    org.apache.hadoop.fs.Path given = new org.apache.hadoop.fs.Path(path);
    return given.getFileSystem(hadoop).makeQualified(given);
  }

  /** Its file system; this machine's without checksum files. */
  static FileSystem fileSystem(org.apache.hadoop.fs.Path path, Configuration hadoop)
      throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /** Whether it has the scheme of this machine's files. */
  static boolean isLocal(org.apache.hadoop.fs.Path path) {
    return LOCAL.equals(path.toUri().getScheme());
  }

  /** The path that this machine has for it. */
  static Path local(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }

  /** The path that Hadoop has for one of this machine's. */
  static org.apache.hadoop.fs.Path of(Path local) {
    return new org.apache.hadoop.fs.Path(LOCAL, null, local.toAbsolutePath().toString());
  }
}
