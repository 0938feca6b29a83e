package dev.hale.app.config;

import dev.hale.HaleException;

/** A configuration that cannot be read or does not fit; the message starts with file and line. */
public final class ConfigException extends HaleException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
