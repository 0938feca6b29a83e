package dev.hale.engine;

/**
 * The device, or this process's hold on it, is gone after a fault or an access outside of memory.
 * Nothing more can be computed on it in this process.
 */
public final class DeviceLost extends DeviceException {
  private static final long serialVersionUID = 1L;

  public DeviceLost(String message) {
    super(message);
  }

  public DeviceLost(String message, Throwable cause) {
    super(message, cause);
  }
}
