package dev.hale.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;

/**
 * Threads that compute side by side on the CPU, each with its share of LibTorch's threads: several
 * batches at once keep more processors busy than one batch on all of them.
 */
public final class ComputeThreads implements AutoCloseable {
  private final int count;
  private final ExecutorService threads; // null where the caller computes

  private ComputeThreads(int count, ExecutorService threads) {
    this.count = count;
    this.threads = threads;
  }

  /**
   * That many; one is the calling thread itself, with all of LibTorch's threads.
   *
   * @param count at least 1
   */
  public static ComputeThreads of(int count) {
    return of(count, Engine.threads());
  }

  /**
   * That many, which share so many of LibTorch's threads; one is the calling thread itself, where
   * it has just these.
   *
   * @param count at least 1
   * @param all threads of LibTorch; each has one at least
   */
  public static ComputeThreads of(int count, int all) {
    requireOne(count);
    return started(count, Math.max(1, all / count));
  }

  /**
   * That many with one of LibTorch's threads each, however many it has, so that what they compute
   * has the same bits whatever their number.
   *
   * @param count at least 1
   */
  public static ComputeThreads ofOneThread(int count) {
    requireOne(count);
    return started(count, 1);
  }

  private static void requireOne(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("workers must be at least 1, is " + count);
    }
  }

  /** One after the other: what threads to come get is changed and put back. */
  private static synchronized ComputeThreads started(int count, int each) {
    if (count == 1 && each == Engine.threads()) {
      return new ComputeThreads(1, null);
    }
    AtomicInteger started = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, "hale-compute-" + started.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    // LibTorch keeps the number of threads by thread, and the last one set for threads to come.
    int toCome = onNewThread(torch::get_num_threads);
    CompletableFuture<?>[] ready = new CompletableFuture<?>[count];
    for (int n = 0; n < count; n++) {
      ready[n] = CompletableFuture.runAsync(() -> settle(each), threads);
    }
    CompletableFuture.allOf(ready).join();
    onNewThread(
        () -> {
          torch.set_num_threads(toCome);
          return toCome;
        });
    return new ComputeThreads(count, threads);
  }

  /**
   * For the calling thread, whatever is set for others later: a thread's first operation, such as
   * asking, would else set its number to the last that any thread has set.
   */
  private static void settle(int number) {
    torch.set_num_threads(number);
    torch.get_num_threads();
    torch.set_num_threads(number);
  }

  private static int onNewThread(Supplier<Integer> asked) {
    return CompletableFuture.supplyAsync(asked, task -> new Thread(task, "hale-settings").start())
        .join();
  }

  /** How many pieces of work are done at once. */
  public int count() {
    return count;
  }

  /** Whether work is done by the caller before {@link #run} returns. */
  public boolean isCaller() {
    return threads == null;
  }

  /** Does the work when a thread is free. */
  public void run(Runnable work) {
    if (threads == null) {
      work.run();
    } else {
      threads.execute(work);
    }
  }

  /**
   * Does all of the work, pieces begun in their order, and returns when none runs any more. What
   * the first of them threw that failed is thrown here; pieces that had not begun then are not.
   */
  public void runAll(List<Runnable> work) {
    List<CompletableFuture<Void>> pieces = new ArrayList<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (Runnable piece : work) {
      CompletableFuture<Void> over = new CompletableFuture<>();
      pieces.add(over);
      run(
          () -> {
            try {
              if (failure.get() == null) {
                piece.run();
              }
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            } finally {
              over.complete(null);
            }
          });
    }
    pieces.forEach(CompletableFuture::join);
    if (failure.get() instanceof RuntimeException e) {
      throw e;
    } else if (failure.get() instanceof Error e) {
      throw e;
    }
  }

  /** Does what was begun, and nothing more. */
  @Override
  public void close() {
    if (threads != null) {
      threads.shutdown();
    }
  }
}
