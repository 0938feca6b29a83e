package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The kernels on NVIDIA's GPUs: our CUDA code, compiled for the device in hand at first use and
 * launched on LibTorch's current stream, so that it stands in line with LibTorch's own work and
 * needs no waiting. Memory that a call needs is LibTorch's, too.
 */
final class CudaKernels implements KernelCode {
  private static final String DRIVER = "libcuda.so.1";
  private static final int AMPERE = 80;
  private static Kernels instance;

  private final DeviceType device;
  private final NativeCuda.hale_driver driver;
  private final CudaModules modules;
  private final IntFunction<Pointer> streams;

  /**
   * @param device where LibTorch says that the tensors are
   * @param streams the current stream of each device
   */
  CudaKernels(
      DeviceType device,
      NativeCuda.hale_driver driver,
      CudaModules modules,
      IntFunction<Pointer> streams) {
    this.device = device;
    this.driver = driver;
    this.modules = modules;
    this.streams = streams;
  }

  /**
   * Those of this machine.
   *
   * @throws DeviceException if there is no driver
   */
  static synchronized Kernels instance() {
    if (instance == null) {
      NativeCuda.hale_driver driver = open(DRIVER);
      Nvtx.startIfProfiled();
      var modules = new CudaModules(driver, KernelCache.standard(), Nvrtc::find);
      instance =
          new CheckedKernels(
              new CudaKernels(DeviceType.CUDA, driver, modules, CudaStreams::current));
    }
    return instance;
  }

  static NativeCuda.hale_driver open(String library) {
    NativeCuda.hale_driver driver;
    try {
      driver = NativeCuda.hale_open_driver(library);
    } catch (LinkageError e) {
      throw new DeviceException(
          "hale's native library cannot be loaded on this machine: " + e.getMessage(), e);
    }
    if (driver == null) {
      throw new DeviceException(
          "CUDA's driver cannot be loaded (is NVIDIA's driver installed?): "
              + NativeCuda.hale_open_failure().getString());
    }
    return driver;
  }

  @Override
  public String implementation() {
    return "cuda (sm_%d)".formatted(architecture());
  }

  @Override
  public boolean hasBf16() {
    return architecture() >= AMPERE;
  }

  private int architecture() {
    int[] architecture = new int[1];
    CudaErrors.check(
        driver, "cuda:0", NativeCuda.hale_device_architecture(driver, 0, architecture));
    return architecture[0];
  }

  @Override
  public DeviceType device() {
    return device;
  }

  @Override
  public KernelCall begin(Tensor tensor, int index) {
    return new CudaCall(driver, modules.on(index), streams.apply(index), tensor);
  }
}
