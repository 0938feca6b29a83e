package dev.hale.engine.kernels;

/** Which of hale's own native code runs here, for people to read. */
public final class KernelReport {
  private KernelReport() {}

  /**
   * The CPU implementation and the instruction set that it picked, such as {@code "cpu (avx2)"}.
   *
   * @throws dev.hale.engine.DeviceException if the native library cannot be loaded
   */
  public static String cpu() {
    return CpuKernels.instance().implementation();
  }
}
