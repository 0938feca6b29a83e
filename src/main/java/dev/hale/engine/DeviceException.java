package dev.hale.engine;

import dev.hale.HaleException;

/** A device that is absent, or a native library that cannot be loaded on it. */
public final class DeviceException extends HaleException {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
