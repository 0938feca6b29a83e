package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads that compute side by side and never share out an operation. */
final class OneThreadEachTest {
  private final int before = Engine.threads();

  @BeforeEach
  void useFourThreads() {
    Engine.setThreads(4);
  }

  @AfterEach
  void restore() {
    Engine.setThreads(before);
  }

  @Test
  void eachHasOneThreadHoweverFewTheyAre() {
    assertEquals(1, threadsAfterAnOperation(ComputeThreads.ofOneThread(1)));
    assertEquals(1, threadsAfterAnOperation(ComputeThreads.ofOneThread(2)));
    assertEquals(1, threadsAfterAnOperation(ComputeThreads.ofOneThread(8)));
  }

  @Test
  void theCallerIsOneOnlyWhereItHasNoMoreThreadsItself() {
    try (ComputeThreads alone = ComputeThreads.ofOneThread(1)) {
      assertFalse(alone.isCaller());
    }
    Engine.setThreads(1);
    try (ComputeThreads alone = ComputeThreads.ofOneThread(1)) {
      assertTrue(alone.isCaller());
    }
  }

  @Test
  void theCallerKeepsItsThreads() {
    ComputeThreads.ofOneThread(2).close();
    assertEquals(4, Engine.threads());
  }

  @Test
  void fewerThanOneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ComputeThreads.ofOneThread(0));
  }

  private static int threadsAfterAnOperation(ComputeThreads workers) {
    try (workers) {
      CompletableFuture<Integer> threads = new CompletableFuture<>();
      workers.run(
          () -> {
            try (Scope scope = new Scope()) {
              torch.ones(100_000).add(torch.ones(100_000));
              threads.complete(torch.get_num_threads());
            }
          });
      return threads.join();
    }
  }
}
