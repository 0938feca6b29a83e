package dev.hale.engine;

import dev.hale.HaleException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What LibTorch says of memory that it did not get and of a GPU that failed it, as hale's types.
 */
public final class LibTorchErrors {
  private static final Set<String> FULL = Set.of("out of memory", "CUBLAS_STATUS_ALLOC_FAILED");

  /** The words of those errors of CUDA after which a context is unusable. */
  private static final Set<String> LOST =
      Set.of(
          "uncorrectable",
          "illegal memory access",
          "launch timed out",
          "device-side assert",
          "hardware stack error",
          "illegal instruction",
          "misaligned address",
          "unspecified launch failure");

  /** What is asked of a CPU's memory and not there. */
  private static final Pattern NOT_ALLOCATED =
      Pattern.compile("DefaultCPUAllocator:.*tried to allocate (\\d+) bytes");

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
    Matcher full = NOT_ALLOCATED.matcher(message);
    if (!(thrown instanceof HaleException) && full.find()) {
      return new OutOfDeviceMemory(
          "out of memory: %.1f GB more were asked for and are not there; take smaller batches or fewer workers"
              .formatted(Long.parseLong(full.group(1)) / 1e9),
          thrown);
    }
    if (thrown instanceof HaleException || !message.contains("CUDA")) {
      return thrown;
    } else if (FULL.stream().anyMatch(message::contains)) {
      return new OutOfDeviceMemory(message, thrown);
    } else if (LOST.stream().anyMatch(message::contains)) {
      return new DeviceLost(message, thrown);
    }
    return thrown;
  }
}
