package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda:0", "cuda:3"})
  void aDeviceReadsWhatItWrites(String name) {
    assertEquals(name, Device.parse(name).toString());
  }

  @Test
  void whatLibTorchSaysOfAGpuHasTypes() {
    var full = new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore");
    RuntimeException explained = LibTorchErrors.explain(full);
    assertEquals(OutOfDeviceMemory.class, explained.getClass());
    assertEquals("CUDA out of memory. Tried to allocate 2.00 GiB.", explained.getMessage());
    var lost = new RuntimeException("CUDA error: unspecified launch failure");
    assertEquals(DeviceLost.class, LibTorchErrors.explain(lost).getClass());
    for (RuntimeException other :
        List.of(
            new RuntimeException("the file is out of memory cards"),
            new RuntimeException("CUDA error: invalid argument"),
            new RuntimeException((String) null),
            new KernelCallFailed("CUDA kernels run out of memory"))) {
      assertSame(other, LibTorchErrors.explain(other));
    }
  }

  @Test
  void cudaAloneMeansTheFirstGpu() {
    assertEquals(new Device(Device.Kind.CUDA, 0), Device.parse("cuda"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:x", "cuda:1000", "cpu:0"})
  void otherNamesAreRefused(String name) {
    var thrown = assertThrows(DeviceException.class, () -> Device.parse(name));
    assertTrue(thrown.getMessage().contains("\"" + name + "\""), thrown.getMessage());
  }

  @Test
  void theCpuIsAvailable() {
    try (var scope = new Scope()) {
      assertTrue(Device.CPU.torch().is_cpu());
    }
  }

  @Test
  void cudaWithoutCudaSaysWhy() {
    assumeFalse(Engine.info().cudaAvailable());
    var thrown = assertThrows(DeviceException.class, () -> Device.parse("cuda").torch());
    assertTrue(
        thrown.getMessage().startsWith("cuda:0 is not available: " + Engine.info().whyNoCuda()),
        thrown.getMessage());
    assertFalse(Engine.info().whyNoCuda().contains("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bf16"})
  void aPrecisionReadsWhatItWrites(String name) {
    assertEquals(name, Precision.parse(name).toString());
  }

  @Test
  void otherPrecisionsAreRefused() {
    var thrown = assertThrows(DeviceException.class, () -> Precision.parse("fp16"));
    assertEquals("unknown precision \"fp16\": expected one of float32, bf16", thrown.getMessage());
  }

  @Test
  void theEngineSaysWhatItIs() {
    EngineInfo info = Engine.info();
    assertTrue(info.libTorch().startsWith("2."), info.libTorch());
    assertFalse(info.cpuCapability().isBlank());
    assertEquals(info.cudaDevices() > 0, info.cudaAvailable());
  }

  @Test
  void threadsAreSet() {
    int before = Engine.info().threads();
    try {
      Engine.setThreads(1);
      assertEquals(1, Engine.info().threads());
    } finally {
      Engine.setThreads(before);
    }
    assertThrows(DeviceException.class, () -> Engine.setThreads(0));
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    try (var scope = new Scope()) {
      Engine.seed(7);
      Tensor first = torch.randn(16);
      Engine.seed(7);
      Tensor again = torch.randn(16);
      Engine.seed(8);
      Tensor other = torch.randn(16);
      assertTrue(torch.equal(first, again));
      assertFalse(torch.equal(first, other));
    }
  }

  /** More than the address space of any processor. */
  @Test
  void memoryThatLibTorchDoesNotGetIsATypeWithARemedy() {
    RuntimeException said = assertThrows(RuntimeException.class, () -> torch.empty(1L << 47));
    RuntimeException explained = LibTorchErrors.explain(said);
    assertEquals(OutOfDeviceMemory.class, explained.getClass(), said.getMessage());
    assertEquals(
        "out of memory: 562950.0 GB more were asked for and are not there; take smaller batches"
            + " or fewer workers",
        explained.getMessage());
  }
}
