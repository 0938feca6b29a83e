package dev.hale.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store of objects below folders of this machine: an object appears when it is closed, whether
 * others may be replaced is decided then, and nothing can be renamed.
 */
public final class ObjectStore extends RawLocalFileSystem {
  /** How many of the next objects are not taken. */
  static final AtomicInteger failures = new AtomicInteger();

  @Override
  public String getScheme() {
    return "objects";
  }

  @Override
  public URI getUri() {
    return URI.create("objects:///");
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus[] listed = super.listStatus(path);
    for (int l = 0; l < listed.length; l++) {
      listed[l] = plain(listed[l]);
    }
    return listed;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return plain(super.getFileStatus(path));
  }

  /** Without permissions, which Hadoop would look for by a path of this machine. */
  private static FileStatus plain(FileStatus file) {
    return new FileStatus(
        file.getLen(), file.isDirectory(), 1, 1, file.getModificationTime(), file.getPath());
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("objects are not renamed");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("503 slow down");
    }
    java.nio.file.Path place = pathToFile(path).toPath();
    return new FSDataOutputStream(new Upload(place, overwrite), null);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, null, overwrite, bufferSize, replication, blockSize, progress);
  }

  private static final class Upload extends ByteArrayOutputStream {
    private final java.nio.file.Path place;
    private final boolean overwrite;
    private boolean closed;

    Upload(java.nio.file.Path place, boolean overwrite) {
      this.place = place;
      this.overwrite = overwrite;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      Files.createDirectories(place.getParent());
      try {
        Files.write(
            place,
            toByteArray(),
            overwrite ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
      } catch (java.nio.file.FileAlreadyExistsException e) {
        throw new FileAlreadyExistsException(place.toString());
      }
    }
  }
}
