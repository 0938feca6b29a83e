package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.DeviceException;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NvtxTest {
  private final StandIn cuda = new StandIn();

  @AfterEach
  void stop() {
    Trace.mirror(null);
  }

  @Test
  void spansAreNestedRangesWhetherATraceIsOpenOrNot() {
    Trace.mirror(Nvtx.open(cuda.library.toString()));
    cuda.listen();
    nest();
    try (Trace trace = Trace.begin()) {
      nest();
      assertEquals(2, trace.spans().size());
    }
    assertEquals(
        List.of("encode", "fused step", "encode", "fused step"), cuda.calls("nvtxRangePush"));
    assertEquals(4, cuda.calls("nvtxRangePop").size());
  }

  @Test
  void aSpanEndsTheRangeThatItBeganAndNoOther() {
    cuda.listen();
    try (Span before = Trace.span("before")) {
      Trace.mirror(Nvtx.open(cuda.library.toString()));
      assertTrue(!before.isTraced());
    }
    assertEquals(List.of(), cuda.calls("nvtxRangePop"));
  }

  @Test
  void withoutAProfilerNothingIsLoaded() {
    Nvtx.startIfProfiled();
    cuda.listen();
    nest();
    assertEquals(List.of(), cuda.calls("nvtxRangePush"));
    assertThrows(DeviceException.class, () -> Nvtx.open("/nowhere/libnvtx.so"));
  }

  private static void nest() {
    try (Span outer = Trace.span("encode");
        Span inner = Trace.span("fused step")) {
      assertEquals(outer.isTraced(), inner.isTraced());
    }
  }
}
