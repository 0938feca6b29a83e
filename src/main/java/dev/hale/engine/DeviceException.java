package dev.hale.engine;

import dev.hale.HaleException;

/**
 * A device that is absent, a native library that cannot be loaded on it, or a device that fails.
 * The kinds of failure to which a program may answer differently have types of their own.
 */
public sealed class DeviceException extends HaleException
    permits OutOfDeviceMemory, DeviceLost, KernelBuildFailed, KernelCallFailed {
  private static final long serialVersionUID = 1L;

  /**
   * An error of its own.
   *
   * @param message one line: what was wrong, and what to do
   */
  public DeviceException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was wrong, and what to do
   * @param cause the other one
   */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
