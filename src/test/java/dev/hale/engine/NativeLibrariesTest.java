package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.training.workers.ChildJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  @TempDir Path temp;

  /** Loads the smallest library into the folder that it is given. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.setProperty("org.bytedeco.javacpp.cachedir", arguments[0]);
      System.out.println("started");
      NativeLibraries.load(Pointer.class);
      System.out.println("loaded");
    }
  }

  @Test
  void aProcessWaitsUntilAnotherHasUnpacked() throws Exception {
    Path cache = Files.createDirectory(temp.resolve("cache"));
    Path lock = cache.resolve(NativeLibraries.LOCK);
    try (ChildJvm child = startWhileLocked(cache, lock)) {
      assertEquals(0, child.await(), child.err());
      assertTrue(child.out().contains("loaded"), child.out());
      assertTrue(holdsLibrary(cache));
    }
  }

  private ChildJvm startWhileLocked(Path cache, Path lock) throws Exception {
    try (FileChannel other =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock();
      ChildJvm child = ChildJvm.start(temp, Child.class, cache);
      child.awaitOutput("started");
      Thread.sleep(1000);
      assertFalse(child.out().contains("loaded"), child.out());
      assertFalse(holdsLibrary(cache));
      return child;
    }
  }

  @Test
  void aFolderThatCannotBeLockedIsNoObstacle() throws Exception {
    Path cache = Files.createDirectory(temp.resolve("cache"));
    Files.createDirectory(cache.resolve(NativeLibraries.LOCK));
    try (ChildJvm child = ChildJvm.start(temp, Child.class, cache)) {
      assertEquals(0, child.await(), child.err());
      assertTrue(holdsLibrary(cache));
    }
  }

  private static boolean holdsLibrary(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).endsWith(".so"));
    }
  }
}
