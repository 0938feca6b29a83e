package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hale.engine.ComputeThreads;
import dev.hale.engine.Engine;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DetectorOptionsTest {
  private static final OptionalLong UNKNOWN = OptionalLong.empty();
  private static final OptionalLong SHORT = OptionalLong.of(1000);

  private final int threads = Engine.threads();

  @BeforeEach
  void computeOnFour() {
    Engine.setThreads(4);
  }

  @AfterEach
  void computeAsBefore() {
    Engine.setThreads(threads);
  }

  @Test
  void asManyWorkersAsHalfOfTheMemoryHolds() {
    assertEquals(4, DetectorOptions.fitting(4, SHORT, 125));
    assertEquals(3, DetectorOptions.fitting(4, SHORT, 126));
    assertEquals(1, DetectorOptions.fitting(4, SHORT, 500));
  }

  @Test
  void oneAtLeast() {
    assertEquals(1, DetectorOptions.fitting(4, SHORT, 501));
    assertEquals(1, DetectorOptions.fitting(4, OptionalLong.of(0), 1));
  }

  @Test
  void noLimitWhereMemoryOrNeedIsUnknown() {
    assertEquals(4, DetectorOptions.fitting(4, UNKNOWN, 1 << 30));
    assertEquals(4, DetectorOptions.fitting(4, SHORT, 0));
  }

  @Test
  void onlyTheDefaultHeedsMemory() {
    assertEquals(2, workers(DetectorOptions.defaults(), SHORT));
    assertEquals(4, workers(DetectorOptions.defaults(), UNKNOWN));
    assertEquals(4, workers(DetectorOptions.defaults().withWorkers(4), SHORT));
  }

  @Test
  void aDetectorTakesNoMoreThreadsThanItIsGiven() {
    assertEquals(2, workers(DetectorOptions.defaults().withThreads(2), UNKNOWN));
    assertEquals(6, workers(DetectorOptions.defaults().withThreads(6), UNKNOWN));
    assertEquals(1, workers(DetectorOptions.defaults().withThreads(6).withWorkers(1), UNKNOWN));
    assertThrows(IllegalArgumentException.class, () -> DetectorOptions.defaults().withThreads(-1));
    assertEquals(4, Engine.threads());
  }

  private static int workers(DetectorOptions options, OptionalLong available) {
    try (ComputeThreads workers = options.computeThreads(available, 250)) {
      return workers.count();
    }
  }
}
