package dev.hale.engine;

/** hale's kernels cannot be compiled for the device, or it refuses the code. */
public final class KernelBuildFailed extends DeviceException {
  private static final long serialVersionUID = 1L;

  public KernelBuildFailed(String message) {
    super(message);
  }

  public KernelBuildFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
