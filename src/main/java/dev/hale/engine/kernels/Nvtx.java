package dev.hale.engine.kernels;

import dev.hale.engine.DeviceException;
import dev.hale.engine.trace.Trace;

/**
 * hale's spans as NVTX ranges, for NVIDIA's profilers. NVTX is looked for only under a profiler,
 * which says so by the variable of the environment through which it reaches into NVTX.
 */
final class Nvtx implements Trace.Ranges {
  private static final String LIBRARY = "libnvtx3interop.so.1";
  private static final String PROFILER = "NVTX_INJECTION64_PATH";

  private final NativeCuda.hale_nvtx ranges;

  private Nvtx(NativeCuda.hale_nvtx ranges) {
    this.ranges = ranges;
  }

  /**
   * Mirrors all spans from now on, if a profiler listens.
   *
   * @throws DeviceException if one does and NVTX cannot be loaded
   */
  static void startIfProfiled() {
    if (System.getenv(PROFILER) != null) {
      Trace.mirror(open(LIBRARY));
    }
  }

  static Nvtx open(String library) {
    NativeCuda.hale_nvtx opened = NativeCuda.hale_open_nvtx(library);
    if (opened == null) {
      throw new DeviceException(
          "NVTX, which a profiler asks for by %s, cannot be loaded: %s"
              .formatted(PROFILER, NativeCuda.hale_open_failure().getString()));
    }
    return new Nvtx(opened);
  }

  @Override
  public void push(String name) {
    NativeCuda.hale_range_push(ranges, name);
  }

  @Override
  public void pop() {
    NativeCuda.hale_range_pop(ranges);
  }
}
