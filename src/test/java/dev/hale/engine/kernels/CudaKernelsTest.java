package dev.hale.engine.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.DeviceException;
import dev.hale.engine.DeviceLost;
import dev.hale.engine.KernelBuildFailed;
import dev.hale.engine.KernelCallFailed;
import dev.hale.engine.OutOfDeviceMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the CUDA kernels are compiled, kept, loaded, launched, and how they fail. */
@Tag("slow")
class CudaKernelsTest {
  private final StandIn cuda = new StandIn();

  @Test
  void theyAreCompiledForTheDeviceAtFirstUseAndOnce() {
    cuda.listen();
    Kernels kernels = cuda.kernels();
    assertEquals("cuda (sm_90)", kernels.implementation());
    assertEquals(List.of(), cuda.calls("nvrtcCompileProgram"));
    step(kernels);
    step(kernels);
    assertEquals(
        List.of("--std=c++17 --device-as-default-execution-space --gpu-architecture=sm_90"),
        cuda.calls("nvrtcCompileProgram"));
    assertEquals(1, cuda.calls("cuModuleLoadData").size());
  }

  @Test
  void theNextProcessFindsThemOnDisk() {
    step(cuda.kernels());
    cuda.listen();
    step(cuda.kernels());
    assertEquals(List.of(), cuda.calls("nvrtcCompileProgram"));
    assertEquals(1, cuda.calls("cuModuleLoadData").size());
  }

  @Test
  void aDamagedEntryOfTheCacheIsCompiledAnew() throws IOException {
    step(cuda.kernels());
    Path entry = onlyEntry();
    byte[] good = Files.readAllBytes(entry);
    byte[] flipped = good.clone();
    flipped[flipped.length - 3] ^= 1;
    byte[] otherDigest = good.clone(); // the driver itself would take this code
    otherDigest[0] ^= 1;
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    for (byte[] bad : List.of(flipped, otherDigest, cut, new byte[0])) {
      Files.write(entry, bad);
      cuda.listen();
      step(cuda.kernels());
      assertEquals(1, cuda.calls("nvrtcCompileProgram").size());
      assertArrayEquals(good, Files.readAllBytes(entry));
    }
    assertEquals(entry, onlyEntry(), "nothing else is left in the folder");
  }

  @Test
  void aWholeEntryThatTheDriverRefusesIsCompiledAnew() throws IOException {
    String key = Compilation.ofKernels(90).key();
    cuda.cache().write(key, "stand-in code for sm_80\0".getBytes(StandardCharsets.UTF_8));
    cuda.listen();
    step(cuda.kernels());
    assertEquals(1, cuda.calls("nvrtcCompileProgram").size());
    assertEquals(2, cuda.calls("cuModuleLoadData").size());
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNothing() throws IOException {
    Files.writeString(cuda.folder.resolve("cache"), "a file where the folder should be");
    step(cuda.kernels());
  }

  @Test
  void theKeyIsOfSourcesOptionsAndArchitecture() {
    var one = new Compilation("a", Map.of("h", "b"), 90);
    var keys =
        Set.of(
            one.key(),
            new Compilation("a", Map.of("h", "b"), 80).key(),
            new Compilation("c", Map.of("h", "b"), 90).key(),
            new Compilation("a", Map.of("h", "c"), 90).key(),
            new Compilation("a", Map.of("i", "b"), 90).key());
    assertEquals(5, keys.size());
    assertEquals(one.key(), new Compilation("a", Map.of("h", "b"), 90).key());
  }

  @Test
  void kernelsAreLaunchedOnTheStreamOfLibTorch() {
    var stream =
        new Pointer((Pointer) null) {
          {
            address = 4660;
          }
        };
    cuda.listen();
    step(cuda.kernels(stream));
    assertEquals(List.of("hale_denoise_step_planar on 4660"), cuda.calls("cuLaunchKernel"));
    assertEquals(cuda.calls("cuCtxPushCurrent").size(), cuda.calls("cuCtxPopCurrent").size());
  }

  @Test
  void everyKernelOfTheSourcesIsLaunchedByName() {
    cuda.listen();
    Kernels kernels = cuda.kernels();
    try (var scope = new PointerScope()) {
      for (long width : new long[] {8, 7}) {
        Tensor x = torch.rand(1, 16, 4, width);
        Tensor last = torch.rand(1, 4, width, 16).permute(0, 3, 1, 2);
        for (Tensor image : List.of(x, last)) {
          kernels.denoiseStep(
              image, image.clone(), null, null, DDIM, StepOutputs.next(torch.empty_like(image)));
          for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16)) {
            Tensor features = image.to(type);
            FusedGroupNorm norm = new FusedGroupNorm(4, 1e-5, null, null, null, null, null, true);
            kernels.groupNorm(features, norm, torch.empty_like(features));
            kernels.groupNormBackward(features, norm, features, torch.empty_like(features), null);
          }
        }
        Tensor part = width == 8 ? x : torch.rand(1, 16, 4, 8).narrow(3, 0, 7);
        kernels.pathPoints(part, null, new float[1], torch.empty_like(x));
        kernels.accumulate(part, null, null, new float[1], torch.zeros_like(x));
        kernels.constraint(
            part, null, new AttributionPenalty(AttributionPenalty.Cost.ROSS, 1), null);
      }
      Tensor large = torch.rand(1, 66, 66, 8).permute(0, 3, 1, 2); // more than a block's work
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16)) {
        Tensor features = large.to(type);
        FusedGroupNorm norm = new FusedGroupNorm(4, 1e-5, null, null, null, null, null, true);
        kernels.groupNorm(features, norm, torch.empty_like(features));
      }
      Tensor map = torch.rand(1, 4, 8);
      kernels.attributionMap(
          torch.rand(1, 2, 4, 8), null, new AttributionMapOptions(true, 1, true), map);
      kernels.histograms(map, null, 8);
      kernels.select(map, null, new long[1]);
      kernels.above(map, null, new double[1], torch.empty_like(map).to(ScalarType.Byte));
    }
    var launched =
        cuda.calls("cuLaunchKernel").stream()
            .map(call -> call.substring(0, call.indexOf(' ')))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(kernelsOfTheSources(), launched);
  }

  /** What the sources define, macros resolved by hand. */
  static Set<String> kernelsOfTheSources() {
    var names = new TreeSet<String>();
    for (String walk : List.of("strided", "planar", "channels_last")) {
      names.add("hale_denoise_step_" + walk);
    }
    for (String type : List.of("float32", "bfloat16")) {
      names.add("hale_group_norm_whole_" + type);
      names.add("hale_group_norm_settle_" + type);
      names.add("hale_group_norm_settle_slopes_" + type);
      for (String walk : List.of("strided", "channels_last")) {
        names.add("hale_group_norm_moments_" + walk + "_" + type);
        names.add("hale_group_norm_apply_" + walk + "_" + type);
        names.add("hale_group_norm_slopes_" + walk + "_" + type);
        names.add("hale_group_norm_backward_" + walk + "_" + type);
      }
    }
    for (String walk : List.of("flat", "strided")) {
      for (String kernel :
          List.of("path_points", "accumulate", "constraint_count", "constraint_cost")) {
        names.add("hale_" + kernel + "_" + walk);
      }
    }
    names.add("hale_constraint_means");
    for (String kernel :
        List.of(
            "sums",
            "along",
            "across",
            "normalise",
            "begin_ranges",
            "begin_counts",
            "begin_selection",
            "range",
            "bins",
            "digits",
            "choose",
            "mark")) {
      names.add("hale_map_" + kernel);
    }
    return names;
  }

  @Test
  void errorsOfTheDriverHaveTypes() {
    step(cuda.kernels());
    fails(OutOfDeviceMemory.class, "cuLaunchKernel", 2);
    fails(DeviceLost.class, "cuLaunchKernel", 700);
    fails(DeviceLost.class, "cuLaunchKernel", 719);
    fails(KernelCallFailed.class, "cuLaunchKernel", 1);
    fails(KernelBuildFailed.class, "cuModuleGetFunction", 500);
    fails(OutOfDeviceMemory.class, "cuDevicePrimaryCtxRetain", 2);
    fails(DeviceException.class, "cuInit", 100);
    cuda.failNoMore();
    step(cuda.kernels());
  }

  private void fails(Class<? extends DeviceException> type, String function, int result) {
    cuda.fail(function, result);
    Kernels kernels = cuda.kernels();
    DeviceException error = assertThrows(DeviceException.class, () -> step(kernels));
    assertEquals(type, error.getClass());
    assertTrue(
        error.getMessage().contains("CUDA_ERROR_%d: as the stand-in says".formatted(result)),
        error.getMessage());
  }

  @Test
  void anErrorWhileAResultIsFetchedReachesTheCaller() {
    Kernels kernels = cuda.kernels();
    cuda.fail("cuStreamSynchronize", 700); // where an asynchronous fault comes to light
    try (var scope = new PointerScope()) {
      Tensor map = torch.rand(1, 4, 8);
      assertThrows(DeviceLost.class, () -> kernels.histograms(map, null, 8));
      cuda.fail("cuMemcpyHtoDAsync", 2);
      assertThrows(
          OutOfDeviceMemory.class,
          () ->
              kernels.pathPoints(
                  torch.rand(1, 1, 4, 4), null, new float[1], torch.ones(1, 1, 4, 4)));
    }
  }

  @Test
  void whatDoesNotCompileIsReportedWithTheLogAndNotKept() {
    cuda.fail("nvrtcCompileProgram", 6);
    Kernels kernels = cuda.kernels();
    var error = assertThrows(KernelBuildFailed.class, () -> step(kernels));
    assertTrue(error.getMessage().contains("NVRTC 13.1 does not compile"), error.getMessage());
    assertTrue(error.getMessage().contains("NVRTC_ERROR_COMPILATION"), error.getMessage());
    assertTrue(error.getMessage().endsWith("a log"), error.getMessage());
    assertTrue(Files.notExists(cuda.cache().folder()));
    cuda.failNoMore();
    step(kernels); // a failure is not remembered
  }

  @Test
  void whatLibTorchSaysOfItsMemoryHasTypes() {
    var full = new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore");
    assertEquals(OutOfDeviceMemory.class, CudaErrors.ofLibTorch(full).getClass());
    assertEquals(
        "CUDA out of memory. Tried to allocate 2.00 GiB.",
        CudaErrors.ofLibTorch(full).getMessage());
    var lost = new RuntimeException("CUDA error: an illegal memory access was encountered");
    assertEquals(DeviceLost.class, CudaErrors.ofLibTorch(lost).getClass());
  }

  @Test
  void aLibraryThatIsNotCudaIsRefusedWithItsReason() throws IOException {
    var absent = assertThrows(DeviceException.class, () -> CudaKernels.open("/nowhere/libcuda.so"));
    assertTrue(absent.getMessage().contains("/nowhere/libcuda.so"), absent.getMessage());
    var other = assertThrows(DeviceException.class, () -> CudaKernels.open("libc.so.6"));
    assertTrue(other.getMessage().contains("there is no cuInit in it"), other.getMessage());
    var nvrtc = assertThrows(DeviceException.class, () -> Nvrtc.open("/nowhere/libnvrtc.so"));
    assertTrue(nvrtc.getMessage().contains("/nowhere/libnvrtc.so"), nvrtc.getMessage());
  }

  @Test
  void anyNumberOfThreadsMayCall() {
    Kernels kernels = cuda.kernels();
    cuda.listen();
    IntStream.range(0, 16).parallel().forEach(i -> step(kernels));
    assertEquals(1, cuda.calls("cuModuleLoadData").size());
    assertEquals(16, cuda.calls("cuLaunchKernel").size());
  }

  @Test
  void hundredsOfCallsLeaveMemoryFlat() {
    Kernels kernels = cuda.kernels();
    step(kernels);
    try (var scope = new PointerScope()) {
      Tensor x = torch.rand(1, 1, 2, 2);
      long[] rank = {1};
      kernels.select(x, null, rank);
      long tracked = Pointer.totalBytes();
      for (int i = 0; i < 200; i++) {
        kernels.select(x, null, rank);
        kernels.pathPoints(x, null, new float[1], x.clone().fill_(new Scalar(0)));
      }
      assertTrue(Pointer.totalBytes() - tracked < 64 * 1024, "only the loop's own tensors");
    }
  }

  private static final StepCoefficients DDIM = CpuKernelsTest.ddim(0.5, 0.6);

  private static void step(Kernels kernels) {
    try (var scope = new PointerScope()) {
      Tensor x = torch.rand(1, 1, 4, 4);
      Tensor next = torch.empty_like(x);
      kernels.denoiseStep(x, x.clone(), null, null, DDIM, StepOutputs.next(next));
      // x̂0 = (x − σ·x)/√ᾱ is not clamped here; the mean of `next` follows from it.
      double sigma = Math.sqrt(0.5);
      double x0 = (1 - sigma) / sigma;
      double want = (Math.sqrt(0.6) * x0 + Math.sqrt(0.4)) * x.mean().item_double();
      assertEquals(want, next.mean().item_double(), 1e-5);
    }
  }

  private Path onlyEntry() throws IOException {
    try (var entries = Files.list(cuda.cache().folder())) {
      List<Path> all = entries.toList();
      assertEquals(1, all.size(), all.toString());
      return all.get(0);
    }
  }
}
