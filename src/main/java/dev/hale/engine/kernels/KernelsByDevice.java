package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** Which kernels serve which device; hidden from the interface, whose members are all public. */
final class KernelsByDevice {
  private KernelsByDevice() {}

  static Kernels of(DeviceType device) {
    return switch (device.intern()) {
      case CPU -> CpuKernels.instance();
      case CUDA -> CudaKernels.instance();
      default -> throw new DeviceException("hale has no kernels for device " + device);
    };
  }
}
