package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import dev.hale.engine.DeviceLost;
import dev.hale.engine.KernelBuildFailed;
import dev.hale.engine.KernelCallFailed;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.OutOfDeviceMemory;
import java.util.Set;

/** From the numbers of CUDA's driver (CUresult in cuda.h) and LibTorch's words to hale's types. */
final class CudaErrors {
  private static final int OUT_OF_MEMORY = 2;

  /**
   * Not initialised, a stub, too old a driver, no device, no such device, a driver that differs.
   */
  private static final Set<Integer> ABSENT = Set.of(3, 34, 35, 100, 101, 803, 804);

  /** Invalid image, no code for the device, invalid PTX, JIT compiler, no such function. */
  private static final Set<Integer> UNUSABLE_CODE = Set.of(200, 209, 218, 221, 222, 500);

  /**
   * After these the context is unusable: ECC, NVLink, illegal address, timeout, assertion, context
   * destroyed, hardware stack, illegal instruction, misaligned address, address space, program
   * counter, launch failure, and a device that is unavailable.
   */
  private static final Set<Integer> LOST =
      Set.of(46, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719);

  private CudaErrors() {}

  /** Throws unless the result is that of success. */
  static void check(NativeCuda.hale_driver driver, String what, int result) {
    if (result != 0) {
      throw ofDriver(
          result, what + ": " + NativeCuda.hale_driver_error(driver, result).getString());
    }
  }

  static DeviceException ofDriver(int result, String message) {
    if (result == OUT_OF_MEMORY) {
      return new OutOfDeviceMemory(message);
    } else if (LOST.contains(result)) {
      return new DeviceLost(message);
    } else if (UNUSABLE_CODE.contains(result)) {
      return new KernelBuildFailed(message);
    } else if (ABSENT.contains(result)) {
      return new DeviceException(message);
    }
    return new KernelCallFailed(message);
  }

  /** What LibTorch threw while it made room on the device. */
  static DeviceException ofLibTorch(RuntimeException e) {
    return LibTorchErrors.explain(e) instanceof DeviceException known
        ? known
        : new KernelCallFailed(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
  }
}
