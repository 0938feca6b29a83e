package dev.hale.engine.kernels;

import dev.hale.engine.KernelBuildFailed;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The compiled kernels on every device that was asked for: compiled at first use, unless the disk
 * has them, and loaded once.
 */
final class CudaModules {
  private static final Logger LOG = Logger.getLogger(CudaModules.class.getName());

  private final NativeCuda.hale_driver driver;
  private final KernelCache cache;
  private final Supplier<Nvrtc> compiler;
  private final Map<Integer, NativeCuda.hale_module> loaded = new HashMap<>();

  CudaModules(NativeCuda.hale_driver driver, KernelCache cache, Supplier<Nvrtc> compiler) {
    this.driver = driver;
    this.cache = cache;
    this.compiler = compiler;
  }

  /**
   * The kernels on a device.
   *
   * @throws dev.hale.engine.DeviceException if they cannot be compiled or loaded
   */
  synchronized NativeCuda.hale_module on(int device) {
    return loaded.computeIfAbsent(device, this::load);
  }

  private NativeCuda.hale_module load(int device) {
    int[] architecture = new int[1];
    CudaErrors.check(
        driver,
        "cuda:" + device,
        NativeCuda.hale_device_architecture(driver, device, architecture));
    Compilation compilation = Compilation.ofKernels(architecture[0]);
    String key = compilation.key();
    Optional<byte[]> stored = cache.read(key);
    if (stored.isPresent()) {
      try {
        return load(device, stored.get());
      } catch (KernelBuildFailed e) {
        LOG.log(Level.WARNING, "{0} is refused: {1}", new Object[] {cache.place(key), e});
      }
    }
    byte[] code = compiler.get().compile(compilation);
    NativeCuda.hale_module module = load(device, code);
    try {
      cache.write(key, code);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "the compiled kernels cannot be kept in {0}: {1}",
          new Object[] {cache.folder(), e});
    }
    return module;
  }

  private NativeCuda.hale_module load(int device, byte[] code) {
    try (var scope = new PointerScope()) {
      var module = new PointerPointer<NativeCuda.hale_module>(1);
      CudaErrors.check(
          driver,
          "loading hale's kernels on cuda:" + device,
          NativeCuda.hale_load_module(driver, device, new BytePointer(code), module));
      return module.get(NativeCuda.hale_module.class, 0);
    }
  }
}
