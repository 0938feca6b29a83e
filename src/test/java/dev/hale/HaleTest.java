package dev.hale;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectionSeries;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Precision;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HaleTest {
  private static final int THREADS = 4;

  @TempDir static Path temporary;
  private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    Engine.setThreads(1);
    model = TinyModel.write(temporary.resolve("model"), "FLAIR", "T1");
  }

  @Test
  void fourThreadsWithOneDetectorGetTheMapsOfOneThread() throws Exception {
    List<Scan> scans = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      scans.add(scan(i));
    }
    List<AnomalyMap> alone = new ArrayList<>();
    try (AnomalyDetector detector = Hale.open(model)) {
      scans.forEach(scan -> alone.add(detector.detect(scan)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (AnomalyDetector detector = Hale.open(model)) {
      for (int round = 0; round < 2; round++) {
        List<Future<AnomalyMap>> together = new ArrayList<>();
        scans.forEach(scan -> together.add(threads.submit(() -> detector.detect(scan))));
        for (int i = 0; i < THREADS; i++) {
          assertSame(alone.get(i), together.get(i).get());
        }
      }
    } finally {
      threads.shutdown();
    }
    assertFalse(Arrays.equals(alone.get(0).map(), alone.get(1).map()));
  }

  private static void assertSame(AnomalyMap expected, AnomalyMap found) {
    assertArrayEquals(expected.map(), found.map());
    assertArrayEquals(expected.mask(), found.mask());
    assertArrayEquals(expected.reconstruction().voxels(), found.reconstruction().voxels());
    assertEquals(expected.threshold(), found.threshold());
    assertEquals(expected.imageScore(), found.imageScore());
    assertEquals(expected.provenance(), found.provenance());
  }

  @Test
  void aClosedDetectorSaysSo() {
    AnomalyDetector detector = Hale.open(model);
    detector.close();
    detector.close();
    IllegalStateException error =
        assertThrows(IllegalStateException.class, () -> detector.detect(scan(0)));
    assertEquals("the detector is closed", error.getMessage());
    assertThrows(IllegalStateException.class, detector::series);
    assertEquals(List.of("FLAIR", "T1"), detector.channels());
  }

  @Test
  void aSeriesThatIsClosedTwiceFreesNothingThatAnotherUses() {
    AnomalyDetector detector = Hale.open(model);
    try (DetectionSeries other = detector.series()) {
      DetectionSeries series = detector.series();
      series.close();
      series.close();
      detector.close();
      DetectionSeries.Turn turn = other.prepare(scan(0), null, DetectionProgress.NONE);
      turn.join();
      while (!turn.isDone()) {
        other.compute(true);
      }
      assertNotNull(turn.map());
    }
  }

  @Test
  void aDetectionThatRunsWhileTheDetectorIsClosedIsCompleted() {
    AnomalyMap expected;
    try (AnomalyDetector detector = Hale.open(model)) {
      expected = detector.detect(scan(0));
    }
    AnomalyDetector detector = Hale.open(model);
    assertSame(expected, detector.detect(scan(0), null, (done, total) -> detector.close()));
    assertThrows(
        IllegalStateException.class, () -> detector.detect(scan(0), null, DetectionProgress.NONE));
  }

  @Test
  void theBatchSizeChangesTheMapByRoundingAtMost() {
    float[] map;
    try (AnomalyDetector detector = Hale.open(model)) {
      map = detector.detect(scan(0)).map();
    }
    try (AnomalyDetector detector =
        Hale.open(model, new DetectorOptions(Device.CPU, Precision.FLOAT32, 2, 1))) {
      assertArrayEquals(map, detector.detect(scan(0)).map(), 1e-4f);
    }
  }

  @Test
  void settingsMayDifferFromTheModelsOwn() {
    DetectorConfig config =
        DetectorConfig.read(model).withSettings(TinyModel.settings().withGuidance(0));
    try (AnomalyDetector detector = Hale.open(model, config, DetectorOptions.defaults())) {
      assertEquals("0.0", detector.provenance().get("guidance"));
    }
    DetectorConfig impossible =
        config.withSettings(TinyModel.settings().withNoiseLevelAndSteps(2000, 5));
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Hale.open(model, impossible, DetectorOptions.defaults()));
    assertEquals("noise level 2000 exceeds the model's 1000 training steps", error.getMessage());
  }

  @Test
  void aFolderWithoutAModelIsNamed() throws IOException {
    Path empty = Files.createDirectories(temporary.resolve("empty"));
    CheckpointException error = assertThrows(CheckpointException.class, () -> Hale.open(empty));
    assertTrue(error.getMessage().startsWith(empty + " is not a model folder"), error.getMessage());
  }

  private static Scan scan(int seed) {
    return Phantom.subject(Pathology.GLIOMA, 50 + seed, new PhantomOptions(32, 32, 3, 6, 10))
        .scan();
  }
}
