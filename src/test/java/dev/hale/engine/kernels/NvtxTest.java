package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.DeviceException;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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
    try (Trace trace = Trace.begin(Device.CPU)) {
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
  void aKernelIsARange() {
    Kernels kernels = cuda.kernels();
    Trace.mirror(Nvtx.open(cuda.library.toString()));
    cuda.listen();
    try (var scope = new PointerScope()) {
      Tensor x = torch.zeros(1, 1, 2, 2);
      Tensor map = torch.empty(1, 2, 2);
      kernels.attributionMap(x, null, new AttributionMapOptions(true, 0, false), map);
      kernels.histograms(map, null, 4);
    }
    assertEquals(List.of("attribution map", "histograms"), cuda.calls("nvtxRangePush"));
    assertEquals(2, cuda.calls("nvtxRangePop").size());
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
