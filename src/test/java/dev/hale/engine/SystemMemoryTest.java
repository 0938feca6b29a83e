package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class SystemMemoryTest {
  private static final List<String> LINES =
      List.of("Name:\tjava", "VmHWMs:\t 7 kB", "VmHWM:\t   1024 kB", "VmRSS:\t 512 kB");

  @Test
  void aLineInKilobytesIsBytes() {
    assertEquals(OptionalLong.of(1 << 20), SystemMemory.bytes(LINES, "VmHWM"));
  }

  @Test
  void nothingIsKnownWhereNoLineSaysIt() {
    assertEquals(OptionalLong.empty(), SystemMemory.bytes(LINES, "VmSwap"));
    assertEquals(OptionalLong.empty(), SystemMemory.bytes(LINES, "Name"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisProcessHasHeldSomeMegabytes() {
    assertTrue(SystemMemory.peak().orElse(0) > 10 << 20, () -> SystemMemory.peak().toString());
  }

  @Test
  void aContainersLimitLeavesWhatIsNotHeldYet() {
    assertEquals(700, SystemMemory.available(700, 1000, 200));
    assertEquals(300, SystemMemory.available(700, 1000, 700));
    assertEquals(0, SystemMemory.available(700, 1000, 1001));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void lessIsAvailableThanThereIs() throws IOException {
    long available = SystemMemory.available().orElseThrow();
    long all =
        SystemMemory.bytes(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal").orElseThrow();
    assertTrue(available > 0 && available < all, available + " of " + all);
  }
}
