package dev.hale.spark;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** This machine's files, where every file of an attempt takes a while to be begun. */
public final class SlowDisk extends LocalFileSystem {
  private static final int MILLISECONDS = 150;

  public SlowDisk() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        org.apache.hadoop.util.Progressable progress)
        throws IOException {
      pause(path);
      return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        org.apache.hadoop.fs.permission.FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        org.apache.hadoop.util.Progressable progress)
        throws IOException {
      pause(path);
      return super.create(
          path, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    private static void pause(Path path) throws IOException {
      if (path.toString().contains("/.attempts/")) {
        try {
          Thread.sleep(MILLISECONDS);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    }
  }
}
