package dev.hale.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Memory as Linux counts it, native memory included, of which the Java virtual machine knows
 * nothing. Other systems tell nothing here.
 */
public final class SystemMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MACHINE = Path.of("/proc/meminfo");
  // Linux adds pages up roughly when it notes a peak, so that what it tells may fall a little.
  private static final LongAccumulator PEAK = new LongAccumulator(Math::max, 0);

  private SystemMemory() {}

  /**
   * The most that this process has held at once since it began, in bytes, of what is in memory
   * (resident); never less than told before; empty where the system does not tell.
   */
  public static OptionalLong peak() {
    OptionalLong told = bytes(lines(STATUS), "VmHWM");
    if (told.isEmpty()) {
      return told;
    }
    PEAK.accumulate(told.getAsLong());
    return OptionalLong.of(PEAK.get());
  }

  /**
   * How much more this process could take without swapping, in bytes: what the machine has left,
   * and no more than a container's limit leaves beside what the process holds; empty where the
   * system does not tell.
   */
  public static OptionalLong available() {
    OptionalLong machine = bytes(lines(MACHINE), "MemAvailable");
    OptionalLong own = bytes(lines(STATUS), "VmRSS");
    if (machine.isEmpty()
        || own.isEmpty()
        || !(ManagementFactory.getOperatingSystemMXBean()
            instanceof OperatingSystemMXBean system)) {
      return machine;
    }
    return OptionalLong.of(
        available(machine.getAsLong(), system.getTotalMemorySize(), own.getAsLong()));
  }

  /** Of what the machine has left, what a limit leaves beside what is held already. */
  static long available(long machine, long limit, long held) {
    return Math.max(0, Math.min(machine, limit - held));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
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
