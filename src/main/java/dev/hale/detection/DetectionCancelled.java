package dev.hale.detection;

import dev.hale.HaleException;

/**
 * A detection was ended before it was done: its thread was interrupted, and still is; or who is
 * told of its progress has thrown, which then is the cause; or its series was closed.
 */
public final class DetectionCancelled extends HaleException {
  private static final long serialVersionUID = 1L;

  private DetectionCancelled(String message, Throwable cause) {
    super(message, cause);
  }

  /** By the end of its series. */
  static DetectionCancelled closed() {
    return new DetectionCancelled("the detection was ended: its series was closed", null);
  }

  /** By an interrupt of the thread that detects. */
  static DetectionCancelled interrupted() {
    return new DetectionCancelled("the detection was interrupted", null);
  }

  /** By {@link DetectionProgress#onSlices}, which has thrown this. */
  static DetectionCancelled by(Throwable thrown) {
    if (thrown instanceof DetectionCancelled already) {
      return already;
    }
    String reason = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    return new DetectionCancelled("the detection was ended: " + reason, thrown);
  }
}
