package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.engine.DeviceException;
import dev.hale.engine.KernelBuildFailed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real NVRTC compiles the packaged sources. It needs no GPU; skipped where there is no NVRTC,
 * which {@code ./mvnw -Pnvrtc test} brings.
 */
class NvrtcTest {
  private Nvrtc nvrtc;

  @BeforeEach
  void find() {
    try {
      nvrtc = Nvrtc.find();
    } catch (DeviceException absent) {
      assumeTrue(false, absent.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 90, 100})
  void everyKernelCompilesForEveryArchitecture(int architecture) {
    byte[] code = nvrtc.compile(Compilation.ofKernels(architecture));
    String text = new String(code, StandardCharsets.ISO_8859_1);
    assertTrue(text.startsWith("\177ELF"), "a cubin is an ELF file");
    for (String kernel : CudaKernelsTest.kernelsOfTheSources()) {
      assertTrue(text.contains("\0.text." + kernel + "\0"), kernel + " is not in the code");
    }
  }

  @Test
  void aMistakeInTheSourceIsReportedWithItsPlace() {
    var broken = new Compilation("#include \"h\"", Map.of("h", "int x = y;"), 90);
    var error = assertThrows(KernelBuildFailed.class, () -> nvrtc.compile(broken));
    assertTrue(
        error.getMessage().contains("h(1): error: identifier \"y\" is undefined"),
        error.getMessage());
  }

  @Test
  void anArchitectureThatItDoesNotKnowIsRefused() {
    var error =
        assertThrows(KernelBuildFailed.class, () -> nvrtc.compile(Compilation.ofKernels(12)));
    assertTrue(error.getMessage().contains("for sm_12: "), error.getMessage());
  }

  @Test
  void theSameSourcesGiveTheSameCode() {
    var kernels = new Compilation("__global__ void f(int* x) { *x = 1; }", Map.of(), 90);
    assertEquals(
        new String(nvrtc.compile(kernels), StandardCharsets.ISO_8859_1),
        new String(nvrtc.compile(kernels), StandardCharsets.ISO_8859_1));
  }
}
