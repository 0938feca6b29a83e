package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder for native libraries that a program asks for. */
@Tag("slow")
final class CacheFolderTest {
  @TempDir Path temporary;

  /** Loads LibTorch and says from where. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Engine.load();
      System.out.println(Loader.getCacheDir());
    }
  }

  @Test
  void oneThatCannotBeWrittenToIsNotPassedOverInSilence() throws Exception {
    Path noFolder = Files.createFile(temporary.resolve("no-folder"));
    Path cache = Loader.getCacheDir().toPath();
    String wanted = "-Dorg.bytedeco.javacpp.cachedir=" + noFolder;
    try (ChildJvm child = ChildJvm.start(temporary, List.of(wanted), Child.class)) {
      assertEquals(0, child.await(), child.err());
      assertEquals(cache.toString(), child.out().strip());
      assertTrue(
          child
              .err()
              .contains(
                  ("org.bytedeco.javacpp.cachedir is %s, which is no folder that can be written to;"
                          + " native libraries go to %s")
                      .formatted(noFolder, cache)),
          child.err());
    }
  }
}
