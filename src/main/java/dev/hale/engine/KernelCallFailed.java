package dev.hale.engine;

/** The driver refuses a call of a kernel, for a reason that has no type of its own. */
public final class KernelCallFailed extends DeviceException {
  private static final long serialVersionUID = 1L;

  public KernelCallFailed(String message) {
    super(message);
  }

  public KernelCallFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
