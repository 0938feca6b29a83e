package dev.hale.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;

/**
 * Loads native libraries, one process at a time. JavaCPP unpacks them into a folder that all
 * processes of a user share, and one that maps a library while another is still writing it dies of
 * SIGBUS (<a href="https://github.com/bytedeco/javacpp/issues/608">issue 608</a>).
 */
public final class NativeLibraries {
  static final String LOCK = "hale.lock";

  private NativeLibraries() {}

  /**
   * Loads what a binding needs; calling it again costs little.
   *
   * @param binding a class with JavaCPP's annotations
   * @throws LinkageError where a library cannot be loaded
   */
  public static synchronized void load(Class<?> binding) {
    try (FileChannel lock = openLock()) {
      lock.lock();
      Loader.load(binding);
    } catch (IOException e) {
      Loader.load(binding); // a folder that cannot be written to: nobody is unpacking there
    }
  }

  private static FileChannel openLock() throws IOException {
    Path file = Loader.getCacheDir().toPath().resolve(LOCK);
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
