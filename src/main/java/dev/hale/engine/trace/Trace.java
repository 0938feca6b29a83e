package dev.hale.engine.trace;

import dev.hale.engine.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records where time goes while it is open: spans, which nest, on every thread. Code marks what it
 * does with {@link #span}, which costs a read of two fields where nobody looks. A GPU works on
 * after a call has returned: its spans wait for it at both ends, so that each has the time of its
 * own work and none of it is hidden behind another's; with several threads, each waits for the work
 * of all.
 */
public final class Trace implements AutoCloseable {
  private static volatile Trace open;
  private static volatile Ranges ranges;

  private final long start = System.nanoTime();
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Device device;

  private Trace(Device device) {
    this.device = device;
  }

  /**
   * Starts to record.
   *
   * @param device what computes
   * @throws IllegalStateException where a trace is open already
   */
  public static synchronized Trace begin(Device device) {
    if (open != null) {
      throw new IllegalStateException("a trace is open already");
    }
    open = new Trace(device);
    return open;
  }

  /** Somebody else's timeline, such as a GPU profiler's; its ranges nest on each thread. */
  public interface Ranges {
    /** Begins a range of this thread. */
    void push(String name);

    /** Ends this thread's innermost range. */
    void pop();
  }

  /** From now on spans are ranges there, too, whether a trace is open or not. */
  public static void mirror(Ranges elsewhere) {
    ranges = elsewhere;
  }

  /** Begins a span; recorded where a trace is open. */
  public static Span span(String name) {
    Trace trace = open;
    Ranges mirror = ranges;
    if (trace == null && mirror == null) {
      return Span.NONE;
    }
    long begin = trace == null ? 0 : trace.now();
    if (mirror != null) {
      mirror.push(name);
    }
    return new Span(trace, mirror, name, Thread.currentThread().getId(), begin);
  }

  long now() {
    device.synchronize();
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
