package dev.hale.engine;

/**
 * The device has too little memory for what was asked of it. It goes on working: a smaller batch
 * may do.
 */
public final class OutOfDeviceMemory extends DeviceException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemory(String message) {
    super(message);
  }

  public OutOfDeviceMemory(String message, Throwable cause) {
    super(message, cause);
  }
}
