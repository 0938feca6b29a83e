package dev.hale.engine.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records where time goes while it is open: spans, which nest, on every thread. Code marks what it
 * does with {@link #span}, which costs a read of a field where no trace is open. Meant for the CPU,
 * where a call returns when its work is done.
 */
public final class Trace implements AutoCloseable {
  private static volatile Trace open;

  private final long start = System.nanoTime();
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

  private Trace() {}

  /**
   * Starts to record.
   *
   * @throws IllegalStateException where a trace is open already
   */
  public static synchronized Trace begin() {
    if (open != null) {
      throw new IllegalStateException("a trace is open already");
    }
    open = new Trace();
    return open;
  }

  /** Begins a span; recorded where a trace is open. */
  public static Span span(String name) {
    Trace trace = open;
    return trace == null
        ? Span.NONE
        : new Span(trace, name, Thread.currentThread().getId(), trace.now());
  }

  long now() {
    return System.nanoTime() - start;
  }

  void add(Span span) {
    spans.add(span);
  }

  /** The spans that have ended, in the order in which they began, the outer of two first. */
  public List<Span> spans() {
    List<Span> list = new ArrayList<>(spans);
    list.sort(
        Comparator.comparingLong(Span::begin)
            .thenComparing(Comparator.comparingLong(Span::nanos).reversed()));
    return list;
  }

  @Override
  public void close() {
    synchronized (Trace.class) {
      open = null;
    }
  }
}
