package dev.hale.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.data.AnomalyMap;
import dev.hale.data.Axis;
import dev.hale.data.DataException;
import dev.hale.data.Grid;
import dev.hale.data.Nifti;
import dev.hale.data.Scan;
import dev.hale.data.ScanFiles;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.engine.CheckpointException;
import dev.hale.experiment.DetectionOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The batch with a detector that computes nothing, so that each kind of failure can be had. */
final class BatchDetectionTest {
  @TempDir Path temporary;
  private Path out;
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void nameOut() {
    out = temporary.resolve("out");
  }

  @Test
  void aWriteThatFailsHalfwayLeavesNothingAndStopsNobody() throws IOException {
    // A file name that no file system takes makes the write fail after the map and the mask.
    List<DetectionOutcome> outcomes = run(new Fake("x".repeat(300), "b"), false, "a", "b", "c");
    assertEquals(List.of(Status.DONE, Status.FAILED, Status.DONE), statuses(outcomes));
    assertEquals(List.of("a", "c"), names(out));
    assertTrue(outcomes.get(1).error().contains("cannot be written"), outcomes.get(1).error());
    assertEquals(List.of("b failed"), heard);
  }

  @Test
  void aBugInOneScanStopsNobodyAndComesOutAtItsPlace() throws IOException {
    for (int broken = 0; broken < 3; broken++) {
      out = temporary.resolve("out" + broken);
      String name = List.of("a", "b", "c").get(broken);
      Fake fake = new Fake("FLAIR", null);
      fake.failing = name;
      fake.failure = new ArithmeticException("/ by zero");
      List<DetectionOutcome> outcomes = run(fake, false, "a", "b", "c");
      assertEquals(Status.FAILED, outcomes.get(broken).status());
      assertEquals("ArithmeticException: / by zero", outcomes.get(broken).error());
      assertEquals(2, names(out).size());
    }
  }

  @Test
  void aModelThatFailsEndsTheBatchAndKeepsWhatIsDone() throws IOException {
    Fake fake = new Fake("FLAIR", null);
    fake.failing = "b";
    fake.failure = new CheckpointException("damaged");
    assertThrows(CheckpointException.class, () -> run(fake, false, "a", "b", "c", "d"));
    assertEquals(List.of("a", "c"), names(out)); // c was detected while a was waited for
  }

  @Test
  void anInterruptedBatchGivesUpAndKeepsWhatIsDone() throws IOException {
    Fake fake = new Fake("FLAIR", null);
    fake.interrupting = "c";
    assertThrows(CancellationException.class, () -> run(fake, false, "a", "b", "c", "d"));
    assertTrue(Thread.interrupted(), "the interruption is passed on");
    assertEquals(List.of("a", "b"), names(out));
  }

  @Test
  void aFinishedScanIsSkippedAndItsSettingsCompared() throws IOException {
    Fake fake = new Fake("FLAIR", null);
    run(fake, false, "a", "b");
    fake.detected.clear();
    fake.seed = "2";
    List<DetectionOutcome> outcomes = run(fake, false, "a", "c");
    assertEquals(List.of(Status.SKIPPED, Status.DONE), statuses(outcomes));
    assertEquals(List.of("c"), fake.detected);
    assertEquals(List.of("a skipped [seed 1, now 2]"), heard);
    assertEquals(0.5, outcomes.get(0).imageScore());
    run(fake, true, "a");
    assertEquals("2", DetectionRecord.read(out.resolve("a")).provenance().get("seed"));
  }

  @Test
  void whatIsNoResultOfHaleIsNeverReplaced() throws IOException {
    Files.createDirectories(out.resolve("a"));
    Files.writeString(out.resolve("a/thesis.txt"), "years of work");
    List<DetectionOutcome> outcomes = run(new Fake("FLAIR", null), true, "a", "b");
    assertEquals(List.of(Status.FAILED, Status.DONE), statuses(outcomes));
    assertEquals("years of work", Files.readString(out.resolve("a/thesis.txt")));
    out = temporary; // where the scans' own folders are
    assertEquals(List.of(Status.FAILED), statuses(run(new Fake("FLAIR", null), true, "a")));
    assertTrue(Files.exists(temporary.resolve("a/FLAIR.nii")));
  }

  @Test
  void aDamagedRecordIsAFailureUntilOverwritten() throws IOException {
    Files.createDirectories(out.resolve("a"));
    Files.writeString(out.resolve("a/detection.json"), "{");
    assertEquals(List.of(Status.FAILED), statuses(run(new Fake("FLAIR", null), false, "a")));
    assertEquals(List.of(Status.DONE), statuses(run(new Fake("FLAIR", null), true, "a")));
  }

  @Test
  void anOutThatCannotBeAFolderIsAnErrorBeforeAnyWork() throws IOException {
    Files.writeString(out, "a file");
    Fake fake = new Fake("FLAIR", null);
    assertThrows(DataException.class, () -> run(fake, false, "a"));
    assertEquals(List.of(), fake.detected);
  }

  private List<DetectionOutcome> run(AnomalyDetector detector, boolean overwrite, String... names)
      throws IOException {
    List<ScanFiles> scans = new ArrayList<>();
    for (String name : names) {
      Path file = Files.createDirectories(temporary.resolve(name)).resolve("FLAIR.nii");
      float[] voxels = new float[6 * 5 * 2];
      for (int v = 0; v < voxels.length; v++) {
        voxels[v] = v;
      }
      Nifti.writeMap(file, Grid.ofSpacing(6, 5, 2, 1, 1, 1), voxels);
      scans.add(new ScanFiles(name, List.of("FLAIR"), List.of(file), ""));
    }
    heard.clear();
    BatchDetection.Listener listener =
        new BatchDetection.Listener() {
          @Override
          public void onSlices(int scan, double done, int total) {}

          @Override
          public void onSkipped(DetectionOutcome outcome, List<String> differences) {
            heard.add(outcome.name() + " skipped " + differences);
          }

          @Override
          public void onFailure(String name, Throwable error) {
            heard.add(name + " failed");
          }
        };
    return new BatchDetection(detector, new BrainSource.Whole(), out, overwrite, listener)
        .run(scans);
  }

  private static List<Status> statuses(List<DetectionOutcome> outcomes) {
    return outcomes.stream().map(DetectionOutcome::status).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Marks the brightest voxel; calls the reconstruction of one scan what it is told to. */
  private static final class Fake implements AnomalyDetector {
    private final String channel;
    private final String onlyFor;
    private final List<String> detected = new ArrayList<>();
    private String failing;
    private String interrupting;
    private RuntimeException failure;
    private String seed = "1";

    Fake(String channel, String onlyFor) {
      this.channel = channel;
      this.onlyFor = onlyFor;
    }

    @Override
    public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
      if (scan.name().equals(failing)) {
        throw failure;
      }
      if (scan.name().equals(interrupting)) {
        Thread.currentThread().interrupt();
      }
      detected.add(scan.name());
      progress.onSlices(2, 2);
      byte[] mask = new byte[scan.grid().size()];
      mask[mask.length - 1] = 1;
      String name = scan.name().equals(onlyFor) ? channel : "FLAIR";
      Scan healthy = new Scan(scan.name(), List.of(name), scan.grid(), scan.voxels());
      return new AnomalyMap(
          scan.grid(), scan.voxels(), mask, healthy, 58, "fixed", 0.5, provenance());
    }

    @Override
    public Axis axis() {
      return Axis.AXIAL;
    }

    @Override
    public List<String> channels() {
      return List.of("FLAIR");
    }

    @Override
    public Map<String, String> provenance() {
      return Map.of("seed", seed);
    }

    @Override
    public void close() {}
  }
}
