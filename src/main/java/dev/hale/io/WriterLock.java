package dev.hale.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says that whoever writes something is alive: a lock on a file beside it, which the operating
 * system takes back when the process dies, however that happens, and not before. On file systems
 * that cannot lock, every writer counts as alive.
 */
final class WriterLock implements AutoCloseable {
  /**
   * Names of the files that this process has locked. None of them may be opened once more: closing
   * any channel to a file gives up all POSIX locks that the process has on it.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private WriterLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Makes a file and locks it.
   *
   * @param file of a name that no other has ever had
   */
  static WriterLock of(Path file) throws IOException {
    OWN.add(file.getFileName());
    try {
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
          attempt(channel::lock);
        } catch (IOException e) {
          channel.close();
          throw e;
        }
        if (Files.exists(file)) {
          return new WriterLock(file, channel);
        }
        channel.close(); // another process took it for a dead one's before it was locked
      }
    } catch (IOException e) {
      OWN.remove(file.getFileName());
      throw e;
    }
  }

  /**
   * Cleans up where nobody holds the lock, and deletes its file.
   *
   * @param cleaning of what the writer has left
   */
  static void ifDead(Path file, IoAction cleaning) throws IOException {
    if (OWN.contains(file.getFileName())) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (attempt(channel::tryLock) != null) {
        cleaning.run();
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException | AccessDeniedException notLeft) {
      // Its writer has come to an end by now; or it is somebody else's, who will see to it.
    }
  }

  /** Something that may fail. */
  @FunctionalInterface
  interface IoAction {
    void run() throws IOException;
  }

  private interface Locking {
    FileLock lock() throws IOException;
  }

  /** Null where another process has the lock, or where the file system knows none. */
  private static FileLock attempt(Locking locking) throws IOException {
    try {
      return locking.lock();
    } catch (FileLockInterruptionException | ClosedChannelException interrupted) {
      throw interrupted;
    } catch (IOException cannotLock) {
      return null;
    }
  }

  /** Deletes the file, and only then gives up the lock. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    } finally {
      OWN.remove(file.getFileName());
    }
  }
}
