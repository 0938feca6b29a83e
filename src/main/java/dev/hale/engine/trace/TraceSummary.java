package dev.hale.engine.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much time each kind of span took, without what its inner spans took. */
public final class TraceSummary {
  private TraceSummary() {}

  /**
   * All spans of one name.
   *
   * @param calls how many there were
   * @param nanos time in them, inner spans included
   * @param ownNanos time in them and in no inner span
   * @param flops floating-point operations
   * @param bytes moved at least
   */
  public record Row(String name, long calls, long nanos, long ownNanos, long flops, long bytes) {
    /** 10⁹ operations a second of its own time. */
    public double gigaflopsPerSecond() {
      return (double) flops / ownNanos;
    }

    /** 10⁹ bytes a second of its own time. */
    public double gigabytesPerSecond() {
      return (double) bytes / ownNanos;
    }
  }

  /** One row a name, the one with most time of its own first. */
  public static List<Row> of(List<Span> spans) {
    Map<String, Row> rows = new LinkedHashMap<>();
    Map<Long, Deque<Span>> open = new HashMap<>();
    for (Span span : spans) { // by begin, so that an outer span comes before its inner ones
      Deque<Span> outer = open.computeIfAbsent(span.thread(), thread -> new ArrayDeque<>());
      while (!outer.isEmpty() && end(outer.peek()) <= span.begin()) {
        outer.pop();
      }
      if (!outer.isEmpty()) {
        String parent = outer.peek().name();
        rows.merge(parent, new Row(parent, 0, 0, -span.nanos(), 0, 0), TraceSummary::sum);
      }
      boolean nested = outer.stream().anyMatch(other -> other.name().equals(span.name()));
      outer.push(span);
      rows.merge(
          span.name(),
          new Row(
              span.name(), 1, nested ? 0 : span.nanos(), span.nanos(), span.flops(), span.bytes()),
          TraceSummary::sum);
    }
    List<Row> list = new ArrayList<>(rows.values());
    list.sort(Comparator.comparingLong(Row::ownNanos).reversed());
    return list;
  }

  private static long end(Span span) {
    return span.begin() + span.nanos();
  }

  private static Row sum(Row a, Row b) {
    return new Row(
        a.name(),
        a.calls() + b.calls(),
        a.nanos() + b.nanos(),
        a.ownNanos() + b.ownNanos(),
        a.flops() + b.flops(),
        a.bytes() + b.bytes());
  }
}
