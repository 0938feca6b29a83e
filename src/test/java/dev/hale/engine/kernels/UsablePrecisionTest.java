package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;

/** Float32 in the place of bf16 on processors without instructions for it, and what is said. */
class UsablePrecisionTest {
  private record Processor(boolean hasBf16) implements KernelCode {
    @Override
    public String implementation() {
      return "old";
    }

    @Override
    public DeviceType device() {
      return DeviceType.CPU;
    }

    @Override
    public KernelCall begin(Tensor tensor, int index) {
      throw new AssertionError("no kernel is called");
    }
  }

  private static final class Lines extends Handler {
    final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      lines.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static List<String> logged(Runnable work) {
    Logger logger = Logger.getLogger(CheckedKernels.class.getName());
    Lines handler = new Lines();
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      work.run();
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    return handler.lines;
  }

  @Test
  void anOldProcessorComputesInFloat32AndSaysSoOnce() {
    Kernels old = new CheckedKernels(new Processor(false));
    assertEquals(
        List.of(), logged(() -> assertEquals(Precision.FLOAT32, old.usable(Precision.FLOAT32))));
    assertEquals(
        List.of("networks compute in float32: bf16 would not be quicker on this processor, old"),
        logged(
            () -> {
              assertEquals(Precision.FLOAT32, old.usable(Precision.BF16));
              assertEquals(Precision.FLOAT32, old.usable(Precision.BF16));
            }));
  }

  @Test
  void oneThatHasThemComputesInWhatIsWanted() {
    Kernels recent = new CheckedKernels(new Processor(true));
    assertEquals(
        List.of(),
        logged(
            () -> {
              for (Precision wanted : Precision.values()) {
                assertEquals(wanted, recent.usable(wanted));
              }
            }));
  }

  @Test
  void theProcessorIsAskedAsTheSystemAsksIt() throws IOException {
    Path system = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(system));
    assertEquals(
        Files.readString(system).contains("avx512_bf16"), NativeKernels.hale_has_bf16() != 0);
  }
}
