package dev.hale.engine.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static void waste() {
    long until = System.nanoTime() + 2_000_000;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(100_000);
    }
  }

  @Test
  void innerTimeIsTakenFromTheOuterOnce() {
    List<Span> spans;
    try (Trace trace = Trace.begin(Device.CPU)) {
      try (Span outer = Trace.span("outer")) {
        waste();
        for (int i = 0; i < 2; i++) {
          try (Span inner = Trace.span("inner")) {
            assertTrue(inner.isTraced());
            inner.work(100, 10);
            waste();
          }
        }
      }
      spans = trace.spans();
    }
    assertEquals(List.of("outer", "inner", "inner"), spans.stream().map(Span::name).toList());
    Map<String, TraceSummary.Row> rows = new HashMap<>();
    TraceSummary.of(spans).forEach(row -> rows.put(row.name(), row));
    TraceSummary.Row inner = rows.get("inner");
    TraceSummary.Row outer = rows.get("outer");
    assertEquals(2, inner.calls());
    assertEquals(200, inner.flops());
    assertEquals(20, inner.bytes());
    assertEquals(outer.nanos(), outer.ownNanos() + inner.nanos());
    assertTrue(outer.ownNanos() >= 2_000_000);
  }

  @Test
  void aSpanWithinOneOfItsNameCountsOnce() {
    List<Span> spans;
    try (Trace trace = Trace.begin(Device.CPU)) {
      try (Span outer = Trace.span("same");
          Span inner = Trace.span("same")) {
        waste();
      }
      spans = trace.spans();
    }
    TraceSummary.Row row = TraceSummary.of(spans).get(0);
    assertEquals(2, row.calls());
    assertEquals(spans.get(0).nanos(), row.nanos());
    assertEquals(row.nanos(), row.ownNanos());
  }

  @Test
  void nothingIsRecordedUnlessATraceIsOpen() {
    try (Span span = Trace.span("nobody looks")) {
      assertFalse(span.isTraced());
    }
    try (Trace trace = Trace.begin(Device.CPU)) {
      assertThrows(IllegalStateException.class, () -> Trace.begin(Device.CPU));
      assertEquals(List.of(), trace.spans());
    }
  }
}
