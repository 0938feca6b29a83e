package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.engine.Device;
import dev.hale.engine.DeviceException;
import dev.hale.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterTry;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** The C++ kernels, with every instruction set that this processor has. */
class CpuKernelsTest extends KernelsContract {
  private static final StepCoefficients DDIM = ddim(0.5, 0.6);

  @Override
  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }

  @Override
  List<String> variants() {
    List<String> here =
        Stream.of("baseline", "avx2", "avx512")
            .filter(isa -> NativeKernels.hale_force_isa(isa) == 0)
            .toList();
    assertEquals(0, NativeKernels.hale_force_isa((String) null));
    return here;
  }

  @Override
  void use(String isa) {
    assertEquals(0, NativeKernels.hale_force_isa(isa));
    assertEquals("cpu (" + isa + ")", kernels().implementation());
  }

  @AfterTry
  void useTheBest() {
    assertEquals(0, NativeKernels.hale_force_isa((String) null));
  }

  @Example
  void theBestInstructionSetIsUsedUnlessOneIsForced() {
    List<String> variants = variants();
    assertTrue(variants.contains("baseline"));
    assertEquals(
        "cpu (%s)".formatted(variants.get(variants.size() - 1)), kernels().implementation());
  }

  @Example
  void anUnknownInstructionSetIsRefusedAndChangesNothing() {
    use("baseline");
    assertEquals(-1, NativeKernels.hale_force_isa("mmx"));
    assertEquals("cpu (baseline)", kernels().implementation());
  }

  @Property(tries = 120, shrinking = ShrinkingMode.OFF)
  void everyInstructionSetGivesTheSameBits(@ForAll long seed) {
    float[] first = null;
    for (String isa : variants()) {
      use(isa);
      try (var scope = new PointerScope()) {
        var step = new StepCase(seed);
        run(step);
        float[] next = values(step.next);
        if (first != null) {
          assertArrayEquals(first, next, isa);
        }
        first = next;
      }
    }
  }

  @Example
  void resultsDoNotDependOnTheNumberOfThreads() {
    int threads = torch.get_num_threads();
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(3, 4, 131, 127);
      Tensor output = torch.randn(3, 4, 131, 127);
      float[][] next = new float[2][];
      for (int i = 0; i < 2; i++) {
        torch.set_num_threads(1 + 2 * i);
        var out = StepOutputs.next(torch.empty_like(x));
        kernels().denoiseStep(x, output, null, null, DDIM, out);
        next[i] = values(out.next());
      }
      assertArrayEquals(next[0], next[1]);
    } finally {
      torch.set_num_threads(threads);
    }
  }

  @Example
  void emptyTensorsAreLeftAlone() {
    for (int axis = 0; axis < 4; axis++) {
      try (var scope = new PointerScope()) {
        long[] shape = {2, 3, 4, 5};
        shape[axis] = 0;
        Tensor x = torch.empty(shape);
        Tensor buffer = torch.ones(60);
        Tensor next = buffer.as_strided(shape, new long[] {60, 20, 5, 1});
        kernels().denoiseStep(x, torch.empty(shape), null, null, DDIM, StepOutputs.next(next));
        assertTrue(buffer.equal(torch.ones_like(buffer)));
      }
    }
  }

  @Example
  void aNanOfTheNetworkReachesTheImageAndNoOtherPixel() {
    for (String isa : variants()) {
      use(isa);
      try (var scope = new PointerScope()) {
        Tensor output = torch.zeros(1, 1, 5, 7);
        output.data_ptr_float().put(17, Float.NaN);
        Tensor next = torch.empty(1, 1, 5, 7);
        kernels()
            .denoiseStep(torch.zeros(1, 1, 5, 7), output, null, null, DDIM, StepOutputs.next(next));
        float[] values = values(next);
        for (int i = 0; i < values.length; i++) {
          assertEquals(i == 17, Float.isNaN(values[i]), isa + " " + i);
        }
      }
    }
  }

  @Example
  void tenThousandsOfStepsLeaveMemoryFlat() throws InterruptedException {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(1, 4, 8, 8);
      Tensor output = torch.randn(1, 4, 8, 8);
      var out = StepOutputs.withPredX0(x, torch.empty_like(x));
      steps(2_000, x, output, out);
      System.gc(); // what other tests left goes now, and not while this one counts
      Thread.sleep(500);
      long tracked = Pointer.totalBytes();
      long before = Pointer.physicalBytes();
      steps(20_000, x, output, out);
      // A leak of even one of the two structures (352 and 72 bytes) in each step would be 1.4 MB;
      // the collector is not asked to help.
      assertTrue(Pointer.totalBytes() <= tracked, "less where others' garbage was collected");
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 64 << 20, "resident memory grew by " + grown);
    }
  }

  @Example
  void onlyOneOpenMpRuntimeIsLoaded() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/maps")));
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(1, 4, 256, 256);
      kernels().denoiseStep(x, torch.randn(1, 4, 256, 256), null, null, DDIM, StepOutputs.next(x));
    }
    try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
      var runtimes =
          maps.filter(line -> line.matches(".*/lib(g|i)?omp[0-9]*\\.so.*"))
              .map(line -> line.substring(line.indexOf('/')))
              .collect(Collectors.toSet());
      assertEquals(1, runtimes.size(), runtimes.toString());
    }
  }

  @Example
  void thereIsNoOtherDeviceAndNoFallback() {
    assertThrows(DeviceException.class, () -> Kernels.of(DeviceType.MPS));
    if (Engine.info().cudaDevices() == 0) {
      var cuda =
          assertThrows(DeviceException.class, () -> Kernels.of(DeviceType.CUDA).implementation());
      assertTrue(cuda.getMessage().toLowerCase(Locale.ROOT).contains("cuda"), cuda.getMessage());
    }
  }

  private void steps(int count, Tensor x, Tensor output, StepOutputs out) {
    for (int i = 0; i < count; i++) {
      kernels().denoiseStep(x, output, null, null, DDIM, out);
    }
  }

  static StepCoefficients ddim(double alphaCumprod, double nextAlphaCumprod) {
    double signal = Math.sqrt(alphaCumprod);
    double noise = Math.sqrt(1 - alphaCumprod);
    return new StepCoefficients(
        new StepCoefficients.Estimate(1 / signal, -noise / signal),
        StepCoefficients.Estimate.OUTPUT,
        StepCoefficients.Level.of(alphaCumprod),
        true,
        0,
        null,
        StepCoefficients.Next.x0(Math.sqrt(nextAlphaCumprod))
            .plusEps(Math.sqrt(1 - nextAlphaCumprod)));
  }
}
