package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.Hale;
import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detections that are ended in the middle, by how many calls of the U-Net are still made. */
final class CancellationTest {
  private static final int STEPS = 3;

  @TempDir static Path folder;
  private static DetectorConfig config;
  private final Calls calls = new Calls();

  @BeforeAll
  static void model() throws IOException {
    TinyModel.write(folder, "FLAIR", "T1");
    config =
        DetectorConfig.read(folder)
            .withSettings(TinyModel.settings().withNoiseLevelAndSteps(200, STEPS));
  }

  @BeforeEach
  void count() {
    Trace.mirror(calls);
  }

  @AfterEach
  void reset() {
    Trace.mirror(null);
    Thread.interrupted();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anInterruptEndsADetectionWithTheCallsThatRun(int workers) {
    Thread here = Thread.currentThread();
    try (AnomalyDetector detector = detector(workers)) {
      AnomalyMap whole = detector.detect(scan(0));
      int all = calls.begun.getAndSet(0);
      AtomicInteger atInterrupt = new AtomicInteger();
      calls.hook =
          call -> {
            if (call == 3) {
              here.interrupt();
              atInterrupt.set(call);
            }
          };
      DetectionCancelled ended =
          assertThrows(DetectionCancelled.class, () -> detector.detect(scan(0)));
      assertTrue(Thread.interrupted(), "the interrupt is kept");
      assertNull(ended.getCause());
      int more = calls.begun.get() - atInterrupt.get();
      int most = workers == 1 ? 0 : workers; // each may begin one before it hears
      assertTrue(more <= most, more + " more calls");
      assertTrue(all > 3 + most + STEPS, "there was more to do: " + all);
      calls.hook = call -> {};
      assertArrayEquals(whole.map(), detector.detect(scan(0)).map(), "and it can go on");
    }
  }

  @Test
  void anInterruptBeforeADetectionEndsItWithoutAnyCall() {
    try (AnomalyDetector detector = detector(1)) {
      Thread.currentThread().interrupt();
      assertThrows(DetectionCancelled.class, () -> detector.detect(scan(0)));
      assertEquals(0, calls.begun.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aProgressThatThrowsEndsTheDetectionAndIsTheCause(int workers) {
    ArithmeticException enough = new ArithmeticException("enough");
    try (AnomalyDetector detector = detector(workers)) {
      AnomalyMap whole = detector.detect(scan(0));
      calls.begun.set(0);
      DetectionProgress throwing =
          (done, total) -> {
            throw enough;
          };
      DetectionCancelled ended =
          assertThrows(DetectionCancelled.class, () -> detector.detect(scan(0), null, throwing));
      assertSame(enough, ended.getCause());
      assertEquals("the detection was ended: enough", ended.getMessage());
      assertTrue(calls.begun.get() <= (workers == 1 ? 1 : 2 * workers), calls.begun + " calls");
      assertFalse(Thread.interrupted());
      assertArrayEquals(whole.map(), detector.detect(scan(0)).map());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCancelledScanOfASeriesHarmsNoOther(int workers) {
    try (AnomalyDetector detector = detector(workers)) {
      List<AnomalyMap> alone = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        alone.add(detector.detect(scan(n)));
      }
      calls.begun.set(0);
      List<DetectionSeries.Turn> undisturbed = series(detector, -1);
      int all = calls.begun.getAndSet(0);
      List<DetectionSeries.Turn> turns = series(detector, 1);
      assertTrue(calls.begun.get() < all, "%s of %d calls".formatted(calls.begun, all));
      for (int n = 0; n < 3; n++) {
        assertArrayEquals(alone.get(n).map(), undisturbed.get(n).map().map());
      }
      assertArrayEquals(alone.get(0).map(), turns.get(0).map().map());
      assertArrayEquals(alone.get(2).map(), turns.get(2).map().map());
      DetectionCancelled ended = assertThrows(DetectionCancelled.class, () -> turns.get(1).map());
      assertEquals("not this one", ended.getCause().getMessage());
    }
  }

  /** Three scans, of which one is cancelled at its first step. */
  private static List<DetectionSeries.Turn> series(AnomalyDetector detector, int cancelled) {
    List<DetectionSeries.Turn> turns = new ArrayList<>();
    try (DetectionSeries series = detector.series()) {
      for (int n = 0; n < 3; n++) {
        int own = n;
        turns.add(
            series.prepare(
                scan(n),
                null,
                (done, total) -> {
                  if (own == cancelled) {
                    throw new IllegalStateException("not this one");
                  }
                }));
        turns.get(n).join();
      }
      boolean more = true;
      while (more) {
        more = series.compute(true);
      }
    }
    return turns;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anInterruptedSeriesEndsEveryScanThatIsNotDone(int workers) {
    try (AnomalyDetector detector = detector(workers);
        DetectionSeries series = detector.series()) {
      AnomalyMap alone = detector.detect(scan(0));
      DetectionSeries.Turn first = series.prepare(scan(0), null, DetectionProgress.NONE);
      first.join();
      while (!first.isDone()) {
        series.compute(true);
      }
      DetectionSeries.Turn second = series.prepare(scan(1), null, DetectionProgress.NONE);
      second.join();
      Thread here = Thread.currentThread();
      calls.hook = call -> here.interrupt();
      assertThrows(
          DetectionCancelled.class,
          () -> {
            boolean more = true;
            while (more) {
              more = series.compute(true);
            }
          });
      assertTrue(Thread.interrupted());
      assertTrue(second.isDone());
      assertThrows(DetectionCancelled.class, second::map);
      assertArrayEquals(alone.map(), first.map().map(), "what is done can still be had");
    }
  }

  @Test
  void aSeriesThatIsClosedInTheMiddleFreesAllThatItHeld() {
    detectInTheMiddle(); // what is loaded once
    long before = Pointer.totalCount();
    detectInTheMiddle();
    assertTrue(Pointer.totalCount() <= before, "less where others' garbage was collected");
  }

  private void detectInTheMiddle() {
    AnomalyDetector detector = detector(3);
    DetectionSeries series = detector.series();
    DetectionSeries.Turn turn = series.prepare(scan(0), null, DetectionProgress.NONE);
    turn.join();
    assertFalse(series.compute(false) && turn.isDone(), "some still run");
    detector.close();
    series.close();
    int then = calls.begun.get();
    assertThrows(DetectionCancelled.class, turn::map);
    assertFalse(series.compute(true));
    assertEquals(then, calls.begun.get());
    assertThrows(IllegalStateException.class, detector::series);
  }

  private static AnomalyDetector detector(int workers) {
    return Hale.open(
        folder, config, new DetectorOptions(Device.CPU, Precision.FLOAT32, 2, 1, workers));
  }

  private static Scan scan(int n) {
    return Phantom.subject(Pathology.GLIOMA, 50 + n, new PhantomOptions(32, 32, 3, 6, 10)).scan();
  }

  /** Counts the calls of the U-Net that get as far as its first convolution. */
  private static final class Calls implements Trace.Ranges {
    final AtomicInteger begun = new AtomicInteger();
    volatile IntConsumer hook = call -> {};
    private final ThreadLocal<Boolean> entered = ThreadLocal.withInitial(() -> false);

    @Override
    public void push(String name) {
      if (entered.get() && name.equals("convolution")) {
        hook.accept(begun.incrementAndGet());
      }
      entered.set(name.equals("U-Net, rest"));
    }

    @Override
    public void pop() {
      entered.set(false);
    }
  }
}
