package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads that compute side by side. */
class ComputeThreadsTest {
  private int before;

  @BeforeEach
  void useFourThreads() {
    before = Engine.threads();
    Engine.setThreads(4);
  }

  @AfterEach
  void restore() {
    Engine.setThreads(before);
  }

  @Test
  void eachHasItsShareOfThreadsFromItsFirstOperationOn() {
    for (int count : new int[] {2, 3, 4, 8}) {
      List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
      try (ComputeThreads threads = ComputeThreads.of(count)) {
        threads.runAll(Collections.nCopies(count, () -> seen.add(threadsAfterAnOperation())));
      }
      assertEquals(Collections.nCopies(count, Math.max(1, 4 / count)), seen);
      assertEquals(4, Engine.threads());
    }
  }

  private static int threadsAfterAnOperation() {
    try (Scope scope = new Scope()) {
      torch.ones(100_000).add(torch.ones(100_000));
      return torch.get_num_threads();
    }
  }

  @Test
  void theThreadsOfOthersStayAsTheyAre() {
    int[] toCome = new int[2];
    onNewThread(() -> torch.set_num_threads(3));
    onNewThread(() -> toCome[0] = threadsAfterAnOperation());
    try (ComputeThreads threads = ComputeThreads.of(2, 6)) {
      List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
      threads.runAll(Collections.nCopies(2, () -> seen.add(threadsAfterAnOperation())));
      assertEquals(List.of(3, 3), seen);
      onNewThread(() -> toCome[1] = threadsAfterAnOperation());
    }
    try (ComputeThreads threads = ComputeThreads.ofOneThread(2)) {
      assertEquals(2, threads.count());
    }
    int[] after = new int[1];
    onNewThread(() -> after[0] = threadsAfterAnOperation());
    assertEquals(List.of(3, 3, 3), List.of(toCome[0], toCome[1], after[0]));
    assertEquals(4, threadsAfterAnOperation());
  }

  private static void onNewThread(Runnable work) {
    CompletableFuture.runAsync(work, task -> new Thread(task).start()).join();
  }

  @Test
  void oneIsTheCallerWithAllThreads() {
    try (ComputeThreads threads = ComputeThreads.of(1)) {
      Thread[] ran = new Thread[1];
      threads.runAll(List.of(() -> ran[0] = Thread.currentThread()));
      assertSame(Thread.currentThread(), ran[0]);
      assertTrue(threads.isCaller());
      assertEquals(4, threadsAfterAnOperation());
    }
  }

  @Test
  void whatFailsIsThrownWhenNothingRunsAnyMore() {
    AtomicInteger begun = new AtomicInteger();
    List<Runnable> work = new ArrayList<>();
    work.add(
        () -> {
          throw new DeviceException("the first piece is wrong");
        });
    work.addAll(Collections.nCopies(50, begun::incrementAndGet));
    for (int count : new int[] {1, 2}) {
      begun.set(0);
      try (ComputeThreads threads = ComputeThreads.of(count)) {
        DeviceException error = assertThrows(DeviceException.class, () -> threads.runAll(work));
        assertEquals("the first piece is wrong", error.getMessage());
        assertTrue(count > 1 || begun.get() == 0, "a piece has begun after the failure");
      }
    }
  }

  @Test
  void onRequestEachHasOneThreadHoweverFewTheyAre() {
    for (int count : new int[] {1, 2, 8}) {
      List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
      try (ComputeThreads threads = ComputeThreads.ofOneThread(count)) {
        threads.runAll(Collections.nCopies(count, () -> seen.add(threadsAfterAnOperation())));
      }
      assertEquals(Collections.nCopies(count, 1), seen);
      assertEquals(4, Engine.threads());
    }
  }

  @Test
  void oneWithOneThreadIsTheCallerOnlyWhereItHasNoMoreItself() {
    try (ComputeThreads alone = ComputeThreads.ofOneThread(1)) {
      assertFalse(alone.isCaller());
    }
    Engine.setThreads(1);
    try (ComputeThreads alone = ComputeThreads.ofOneThread(1)) {
      assertTrue(alone.isCaller());
    }
  }

  @Test
  void fewerThanOneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ComputeThreads.of(0));
    assertThrows(IllegalArgumentException.class, () -> ComputeThreads.ofOneThread(0));
  }
}
