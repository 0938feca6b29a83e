package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.training.processes.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two OpenMP runtimes in one process would have two thread pools, which fight. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class OneOpenMpTest {
  @TempDir Path folder;

  static final class Child {
    public static void main(String[] arguments) throws IOException {
      if (NativeKernels.hale_isa().getString().isEmpty()) {
        throw new AssertionError();
      }
      List<String> runtimes =
          Files.readAllLines(Path.of("/proc/self/maps")).stream()
              .filter(line -> line.contains("libgomp"))
              .map(line -> line.substring(line.indexOf('/')))
              .distinct()
              .toList();
      System.out.print(runtimes.size());
    }
  }

  @Test
  void halesOwnLibraryTakesLibTorchsEvenIfItIsAskedFirst() throws Exception {
    try (ChildJvm child = ChildJvm.start(folder, Child.class)) {
      assertEquals(0, child.await(), child.err());
      assertEquals("1", child.out());
    }
  }
}
