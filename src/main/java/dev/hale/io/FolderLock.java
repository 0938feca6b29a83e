package dev.hale.io;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a folder for one run of one process: a lock on an empty hidden file in it, which stays
 * there. The operating system takes the lock back when the process ends, however that happens. On
 * file systems that cannot lock, nobody is kept out.
 */
public final class FolderLock implements AutoCloseable {
  private static final String FILE = ".lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a folder, which is made where it is not there.
   *
   * @throws DataException where another run has it, or nothing can be written there
   */
  public static FolderLock of(Path folder) {
    FileChannel channel = null;
    try {
      Files.createDirectories(folder);
      channel =
          FileChannel.open(
              folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isTaken(channel)) {
        channel.close();
        throw new DataException(
            "%s: another run works in it; wait for its end, or choose another folder"
                .formatted(folder));
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw FileFailure.unwritable(folder, e);
    }
  }

  private static boolean isTaken(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return true;
    } catch (IOException cannotLock) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DataException("a lock cannot be given back: " + FileFailure.reason(e), e);
    }
  }
}
