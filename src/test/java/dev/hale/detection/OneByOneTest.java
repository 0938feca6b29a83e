package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The series of a detector that knows nothing of series, nor of being ended. */
final class OneByOneTest {
  private static final Grid GRID = Grid.ofSpacing(1, 1, 1, 1, 1, 1);

  private final Plain detector = new Plain();

  @AfterEach
  void goOn() {
    Thread.interrupted();
  }

  @Test
  void aProgressThatThrowsEndsItsScanAlone() {
    List<DetectionSeries.Turn> turns = new ArrayList<>();
    try (DetectionSeries series = detector.series()) {
      turns.add(series.prepare(scan("a"), null, DetectionProgress.NONE));
      turns.add(
          series.prepare(
              scan("b"),
              null,
              (done, total) -> {
                throw new ArithmeticException("enough");
              }));
      turns.add(series.prepare(scan("c"), null, DetectionProgress.NONE));
      turns.forEach(DetectionSeries.Turn::join);
      while (series.compute(true)) {
        assertTrue(detector.detected.size() < 4);
      }
    }
    assertNotNull(turns.get(0).map());
    DetectionCancelled ended = assertThrows(DetectionCancelled.class, turns.get(1)::map);
    assertEquals("enough", ended.getCause().getMessage());
    assertNotNull(turns.get(2).map());
    assertEquals(List.of("a", "b", "c"), detector.detected);
  }

  @Test
  void anInterruptEndsAllThatWait() {
    detector.interrupting = "b";
    List<DetectionSeries.Turn> turns = new ArrayList<>();
    try (DetectionSeries series = detector.series()) {
      for (String name : List.of("a", "b", "c")) {
        turns.add(series.prepare(scan(name), null, DetectionProgress.NONE));
      }
      turns.forEach(DetectionSeries.Turn::join);
      assertTrue(series.compute(true));
      assertThrows(DetectionCancelled.class, () -> series.compute(true));
      assertTrue(Thread.interrupted());
    }
    assertNotNull(turns.get(0).map());
    for (DetectionSeries.Turn turn : turns.subList(1, 3)) {
      assertTrue(turn.isDone());
      assertThrows(DetectionCancelled.class, turn::map);
    }
    assertEquals(List.of("a", "b"), detector.detected);
  }

  private static Scan scan(String name) {
    return new Scan(name, List.of("T1"), GRID, new float[1]);
  }

  private static final class Plain implements AnomalyDetector {
    private final List<String> detected = new ArrayList<>();
    private String interrupting;

    @Override
    public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
      detected.add(scan.name());
      if (scan.name().equals(interrupting)) {
        Thread.currentThread().interrupt();
      }
      progress.onSlices(1, 1);
      return new AnomalyMap(GRID, new float[1], new byte[1], null, 1, "fixed", 0, Map.of());
    }

    @Override
    public Axis axis() {
      return Axis.AXIAL;
    }

    @Override
    public List<String> channels() {
      return List.of("T1");
    }

    @Override
    public Map<String, String> provenance() {
      return Map.of();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
