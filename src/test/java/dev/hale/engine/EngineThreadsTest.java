package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.training.processes.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many threads LibTorch has in a process that has just loaded it. */
@Tag("slow")
final class EngineThreadsTest {
  @TempDir Path temporary;

  /** Says how many. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println("threads " + Engine.threads());
    }
  }

  @Test
  void fewerThanProcessorsStayFewer() throws InterruptedException {
    // OMP_NUM_THREADS is 1 in every child
    try (ChildJvm child =
        ChildJvm.start(temporary, List.of("-XX:ActiveProcessorCount=4"), Child.class)) {
      assertEquals(0, child.await(), child.err());
      assertEquals("threads 1", child.out().strip());
    }
  }

  @Test
  void neverMoreThanProcessors() throws InterruptedException {
    try (ChildJvm child =
        ChildJvm.start(temporary, List.of(), Map.of("OMP_NUM_THREADS", "8"), Child.class)) {
      assertEquals(0, child.await(), child.err());
      assertEquals("threads 1", child.out().strip());
    }
  }
}
