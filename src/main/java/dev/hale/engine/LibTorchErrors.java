package dev.hale.engine;

/** What LibTorch says of a GPU that failed it, as hale's types. */
public final class LibTorchErrors {
  private LibTorchErrors() {}

  /**
   * The error itself, or what it means.
   *
   * @param thrown by LibTorch, or by anything else
   * @return {@link OutOfDeviceMemory} or {@link DeviceLost} with the first line of what LibTorch
   *     said; {@code thrown} where it is about something else
   */
  public static RuntimeException explain(RuntimeException thrown) {
    String message = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    if (thrown instanceof DeviceException || !message.contains("CUDA")) {
      return thrown;
    } else if (message.contains("out of memory")) {
      return new OutOfDeviceMemory(message, thrown);
    } else if (message.contains("illegal memory access")
        || message.contains("unspecified launch failure")
        || message.contains("device-side assert")
        || message.contains("uncorrectable")) {
      return new DeviceLost(message, thrown);
    }
    return thrown;
  }
}
