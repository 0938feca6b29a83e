package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
