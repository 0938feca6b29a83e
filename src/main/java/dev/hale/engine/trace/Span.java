package dev.hale.engine.trace;

/** A stretch of time in which one thing is done; closing it ends it. */
public final class Span implements AutoCloseable {
  static final Span NONE = new Span(null, null, "", 0, 0);

  private final Trace trace;
  private final Trace.Ranges mirror;
  private final String name;
  private final long thread;
  private final long begin;
  private long end;
  private long flops;
  private long bytes;

  Span(Trace trace, Trace.Ranges mirror, String name, long thread, long begin) {
    this.trace = trace;
    this.mirror = mirror;
    this.name = name;
    this.thread = thread;
    this.begin = begin;
  }

  /** Whether anybody looks; what {@link #work} is told need not be worked out otherwise. */
  public boolean isTraced() {
    return trace != null;
  }

  /**
   * Says how much was done.
   *
   * @param newFlops floating-point operations, a multiplication and an addition counting as two
   * @param newBytes that had to be read or written at least
   */
  public void work(long newFlops, long newBytes) {
    if (trace != null) {
      flops = newFlops;
      bytes = newBytes;
    }
  }

  /** What was done. */
  public String name() {
    return name;
  }

  /** The thread's number. */
  public long thread() {
    return thread;
  }

  /** Nanoseconds since the trace began. */
  public long begin() {
    return begin;
  }

  /** Nanoseconds that it took. */
  public long nanos() {
    return end - begin;
  }

  /** Floating-point operations; 0 where nobody counted. */
  public long flops() {
    return flops;
  }

  /** Bytes moved at least; 0 where nobody counted. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    try {
      if (trace != null) {
        end = trace.now();
        trace.add(this);
      }
    } finally {
      if (mirror != null) {
        mirror.pop();
      }
    }
  }
}
