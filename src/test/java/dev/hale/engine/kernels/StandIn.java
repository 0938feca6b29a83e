package dev.hale.engine.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * A copy of the stand-in for CUDA's libraries (src/test/cpp/cuda_standin.cpp), with kernels that
 * run on it: tensors are the CPU's, everything else goes as on a GPU.
 */
final class StandIn {
  static final KernelsHolder SHARED = new KernelsHolder();

  final Path library;
  final Path folder;

  /** Its own copy of the library, which is its own driver, and an empty cache. */
  StandIn() {
    try {
      folder = Files.createTempDirectory("stand-in");
      library =
          Files.copy(
              Path.of(System.getProperty("hale.test.standIn")), folder.resolve("libcuda.so"));
      folder.toFile().deleteOnExit();
      library.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KernelCache cache() {
    return new KernelCache(folder.resolve("cache"));
  }

  /** As a new process would see it: nothing loaded yet. */
  Kernels kernels() {
    return kernels(null);
  }

  Kernels kernels(Pointer stream) {
    NativeCuda.hale_driver driver = CudaKernels.open(library.toString());
    var modules = new CudaModules(driver, cache(), () -> Nvrtc.open(library.toString()));
    return new CheckedKernels(new CudaKernels(DeviceType.CPU, driver, modules, device -> stream));
  }

  /** From now on that function returns that result. */
  void fail(String function, int result) {
    write(".faults", function + " " + result + "\n");
  }

  void failNoMore() {
    write(".faults", "");
  }

  /** Forgets the calls so far and writes down those that come. */
  void listen() {
    write(".calls", "");
  }

  /** The calls of a function, with their details. */
  List<String> calls(String function) {
    try {
      return Files.readAllLines(beside(".calls")).stream()
          .filter(line -> line.equals(function) || line.startsWith(function + " "))
          .map(line -> line.substring(function.length()).strip())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String suffix, String text) {
    try {
      Files.writeString(beside(suffix), text).toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path beside(String suffix) {
    return Path.of(library + suffix);
  }

  /** One for all tests that only compute. */
  static final class KernelsHolder {
    private Kernels kernels;

    synchronized Kernels get() {
      if (kernels == null) {
        kernels = new StandIn().kernels();
      }
      return kernels;
    }
  }
}
