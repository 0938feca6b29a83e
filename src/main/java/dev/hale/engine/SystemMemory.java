package dev.hale.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory as Linux counts it, native memory included, of which the Java virtual machine knows
 * nothing. Other systems tell nothing here.
 */
public final class SystemMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private SystemMemory() {}

  /**
   * The most that this process has held at once since it began, in bytes, of what is in memory
   * (resident); empty where the system does not tell.
   */
  public static OptionalLong peak() {
    try {
      return bytes(Files.readAllLines(STATUS), "VmHWM");
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** What a line such as {@code VmHWM: 123 kB} says, in bytes; empty without such a line. */
  static OptionalLong bytes(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + ":") && line.endsWith(" kB"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }
}
