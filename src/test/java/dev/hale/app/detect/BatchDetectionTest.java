package dev.hale.app.detect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.app.detect.DetectionOutcome.Status;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.engine.CheckpointException;
import dev.hale.io.Nifti;
import dev.hale.io.ScanFiles;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The batch with a detector that computes nothing, so that each kind of failure can be had. */
final class BatchDetectionTest {
  @TempDir Path temporary;
  private Path out;
  private BrainSource brains = new BrainSource.Whole();
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void nameOut() {
    out = temporary.resolve("out");
  }

  @Test
  void aWriteThatFailsHalfwayLeavesNothingAndStopsNobody() throws IOException {
    Fake fake = new Fake();
    fake.unwritable = "b"; // its record, which is written after the images
    List<DetectionOutcome> outcomes = run(fake, false, "a", "b", "c");
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
      Fake fake = new Fake();
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
    Fake fake = new Fake();
    fake.failing = "b";
    fake.failure = new CheckpointException("damaged");
    assertThrows(CheckpointException.class, () -> run(fake, false, "a", "b", "c", "d"));
    assertEquals(List.of("a", "c"), names(out)); // c was detected while a was waited for
  }

  @Test
  void anInterruptedBatchGivesUpAndKeepsWhatIsDone() throws IOException {
    Fake fake = new Fake();
    fake.interrupting = "c";
    assertThrows(CancellationException.class, () -> run(fake, false, "a", "b", "c", "d"));
    assertTrue(Thread.interrupted(), "the interruption is passed on");
    assertEquals(List.of("a", "b"), names(out));
  }

  @Test
  void aFinishedScanIsSkipped() throws IOException {
    Fake fake = new Fake();
    run(fake, false, "a", "b");
    fake.detected.clear();
    fake.provenance.put("device", "cuda");
    List<DetectionOutcome> outcomes = run(fake, false, "a", "c");
    assertEquals(List.of(Status.SKIPPED, Status.DONE), statuses(outcomes));
    assertEquals(List.of("c"), fake.detected);
    assertEquals(List.of("a skipped [device cpu, now cuda]"), heard);
    assertEquals(0.5, outcomes.get(0).imageScore());
  }

  @Test
  void aResultOfOtherSettingsIsNotTakenForThisOne() throws IOException {
    Fake fake = new Fake();
    run(fake, false, "a");
    fake.provenance.put("seed", "2");
    fake.provenance.put("criticSha256", "ab");
    assertRefused("criticSha256 null, now ab; seed 1, now 2", run(fake, false, "a"));
    assertEquals("1", DetectionRecord.read(out.resolve("a")).provenance().get("seed"));
    assertEquals(List.of(Status.DONE), statuses(run(fake, true, "a")));
    assertEquals("2", DetectionRecord.read(out.resolve("a")).provenance().get("seed"));
  }

  @Test
  void aResultOfAnotherScanIsNotTakenForThisOne() throws IOException {
    List<ScanFiles> first = scans("subj01/anat");
    List<ScanFiles> second = scans("subj02/anat");
    voxels(second.get(0).files().get(0), 0.5f); // the same size, other values
    assertEquals(List.of(Status.DONE), statuses(run(new Fake(), false, first)));
    byte[] map = Files.readAllBytes(out.resolve("anat/map.nii.gz"));
    assertRefused(
        "FLAIR %s, now %s".formatted(first.get(0).files().get(0), second.get(0).files().get(0)),
        run(new Fake(), false, second));
    assertArrayEquals(map, Files.readAllBytes(out.resolve("anat/map.nii.gz")));
    assertEquals(List.of(Status.SKIPPED), statuses(run(new Fake(), false, first)));
  }

  @Test
  void aScanThatHasChangedSinceIsNotTakenForWhatItWas() throws IOException {
    List<ScanFiles> scans = scans("a");
    Path file = scans.get(0).files().get(0);
    run(new Fake(), false, scans);
    voxels(file, 0.5f);
    assertRefused(file + " has changed", run(new Fake(), false, scans));
    Files.writeString(file, "shorter");
    assertRefused(file + " has changed", run(new Fake(), false, scans));
  }

  @Test
  void theSameBytesElsewhereAreTheSameScan() throws IOException {
    List<ScanFiles> scans = scans("a");
    run(new Fake(), false, scans);
    Files.move(temporary.resolve("a"), temporary.resolve("moved"));
    Path moved = temporary.resolve("moved/FLAIR.nii");
    ScanFiles again = new ScanFiles("a", List.of("flair"), List.of(moved), "");
    assertEquals(List.of(Status.SKIPPED), statuses(run(new Fake(), false, List.of(again))));
    ScanFiles other = new ScanFiles("a", List.of("T1"), List.of(moved), "");
    assertRefused(
        "T1 none, now %s; FLAIR %s, now none".formatted(moved, scans.get(0).files().get(0)),
        run(new Fake(), false, List.of(other)));
  }

  @Test
  void anotherBrainIsAnotherResult() throws IOException {
    List<ScanFiles> scans = scans("a");
    Path file = temporary.resolve("a/brain.nii");
    voxels(file, 1);
    Path copy = Files.copy(file, temporary.resolve("copy.nii"));
    brains = new BrainSource.Beside("brain");
    run(new Fake(), false, scans);
    brains = new BrainSource.OneFile(copy);
    assertEquals(List.of(Status.SKIPPED), statuses(run(new Fake(), false, scans)));
    voxels(copy, 3);
    assertRefused("brain %s, now %s".formatted(file, copy), run(new Fake(), false, scans));
    brains = new BrainSource.Whole();
    assertRefused("brain %s, now the whole image".formatted(file), run(new Fake(), false, scans));
  }

  @Test
  void whatAnEarlyBuildWroteWithoutHashesIsNotTakenForAnything() throws IOException {
    run(new Fake(), false, "a");
    Path record = out.resolve("a/detection.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode old = (ObjectNode) json.readTree(record.toFile());
    old.remove("brainSha256");
    old.putObject("inputs").put(temporary.resolve("a/FLAIR.nii").toString(), "FLAIR");
    Files.writeString(record, old.toString());
    assertRefused(
        "an early build of hale wrote it, and not what its input files held",
        run(new Fake(), false, "a"));
    assertEquals(List.of(Status.DONE), statuses(run(new Fake(), true, "a")));
  }

  @Test
  void twoScansNeverShareAFolderAndNoneLeavesItsOwn() throws IOException {
    ScanFiles scan = scans("a").get(0);
    List<ScanFiles> outside = new ArrayList<>();
    for (String name : List.of("..", ".", "x/y", "P_1", "P 1")) {
      outside.add(new ScanFiles(name, scan.channels(), scan.files(), ""));
    }
    run(new Fake(), false, outside);
    assertEquals(List.of("%2E", "%2E%2E", "P 1", "P_1", "x%2Fy"), names(out));
    assertThrows(DataException.class, () -> run(new Fake(), false, List.of(scan, scan)));
  }

  @Test
  void aResultWhoseFilesAreNotAsWrittenIsNotTakenForFinished() throws IOException {
    run(new Fake(), false, "a");
    Path mask = out.resolve("a/mask.nii.gz");
    byte[] whole = Files.readAllBytes(mask);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(mask, flipped);
    assertDamaged("mask.nii.gz has changed");
    Files.write(mask, Arrays.copyOf(whole, 12));
    Files.delete(out.resolve("a/lesions.tsv"));
    assertDamaged(
        "mask.nii.gz has 12 bytes, was written with %d; lesions.tsv is missing"
            .formatted(whole.length));
    assertEquals(12, Files.size(mask), "nothing is replaced unasked");
    assertEquals(List.of(Status.DONE), statuses(run(new Fake(), true, "a")));
    assertArrayEquals(whole, Files.readAllBytes(mask));
    assertEquals(List.of(Status.SKIPPED), statuses(run(new Fake(), false, "a")));
  }

  private void assertDamaged(String damage) throws IOException {
    List<DetectionOutcome> outcomes = run(new Fake(), false, "a");
    assertEquals(List.of(Status.FAILED), statuses(outcomes));
    assertEquals(
        "%s is not as it was written (%s); choose another --out, or --overwrite to detect again"
            .formatted(out.resolve("a"), damage),
        outcomes.get(0).error());
  }

  @Test
  void aResultOfAnEarlierBuildIsFinishedWhereItsFilesAreThere() throws IOException {
    run(new Fake(), false, "a");
    Path file = out.resolve("a/detection.json");
    ObjectNode record = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    List<String> names = record.get("files").findValuesAsText("name");
    assertTrue(names.contains("map.nii.gz"), names.toString());
    ArrayNode early = record.putArray("files");
    names.forEach(early::add);
    Files.writeString(file, record.toString());
    assertEquals(List.of(Status.SKIPPED), statuses(run(new Fake(), false, "a")));
    Files.delete(out.resolve("a/map.nii.gz"));
    assertDamaged("map.nii.gz is missing");
  }

  private void assertRefused(String difference, List<DetectionOutcome> outcomes) {
    assertEquals(List.of(Status.FAILED), statuses(outcomes));
    assertEquals(
        "%s holds another result (%s); choose another --out, or --overwrite to replace it"
            .formatted(out.resolve(outcomes.get(0).name()), difference),
        outcomes.get(0).error());
  }

  @Test
  void whatIsNoResultOfHaleIsNeverReplaced() throws IOException {
    Files.createDirectories(out.resolve("a"));
    Files.writeString(out.resolve("a/thesis.txt"), "years of work");
    List<DetectionOutcome> outcomes = run(new Fake(), true, "a", "b");
    assertEquals(List.of(Status.FAILED, Status.DONE), statuses(outcomes));
    assertEquals("years of work", Files.readString(out.resolve("a/thesis.txt")));
    out = temporary; // where the scans' own folders are
    assertEquals(List.of(Status.FAILED), statuses(run(new Fake(), true, "a")));
    assertTrue(Files.exists(temporary.resolve("a/FLAIR.nii")));
  }

  @Test
  void aDamagedRecordIsAFailureUntilOverwritten() throws IOException {
    Files.createDirectories(out.resolve("a"));
    Files.writeString(out.resolve("a/detection.json"), "{");
    assertEquals(List.of(Status.FAILED), statuses(run(new Fake(), false, "a")));
    assertEquals(List.of(Status.DONE), statuses(run(new Fake(), true, "a")));
  }

  @Test
  void anOutThatCannotBeAFolderIsAnErrorBeforeAnyWork() throws IOException {
    Files.writeString(out, "a file");
    Fake fake = new Fake();
    assertThrows(DataException.class, () -> run(fake, false, "a"));
    assertEquals(List.of(), fake.detected);
  }

  private List<DetectionOutcome> run(AnomalyDetector detector, boolean overwrite, String... names)
      throws IOException {
    return run(detector, overwrite, scans(names));
  }

  /** Scans in folders of these names, each named as the last of its folders. */
  private List<ScanFiles> scans(String... folders) throws IOException {
    List<ScanFiles> scans = new ArrayList<>();
    for (String folder : folders) {
      Path file = Files.createDirectories(temporary.resolve(folder)).resolve("FLAIR.nii");
      voxels(file, 1);
      String name = file.getParent().getFileName().toString();
      scans.add(new ScanFiles(name, List.of("FLAIR"), List.of(file), ""));
    }
    return scans;
  }

  private static void voxels(Path file, float factor) {
    float[] voxels = new float[6 * 5 * 2];
    for (int v = 0; v < voxels.length; v++) {
      voxels[v] = factor * v;
    }
    Nifti.writeMap(file, Grid.ofSpacing(6, 5, 2, 1, 1, 1), voxels);
  }

  private List<DetectionOutcome> run(
      AnomalyDetector detector, boolean overwrite, List<ScanFiles> scans) {
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
    return new BatchDetection(detector, brains, out, overwrite, listener).run(scans);
  }

  private static List<Status> statuses(List<DetectionOutcome> outcomes) {
    return outcomes.stream().map(DetectionOutcome::status).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Marks the brightest voxel. */
  private static final class Fake implements AnomalyDetector {
    private final List<String> detected = new ArrayList<>();
    private final Map<String, String> provenance =
        new TreeMap<>(Map.of("seed", "1", "device", "cpu"));
    private String failing;
    private String interrupting;
    private String unwritable;
    private RuntimeException failure;

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
      // Half of a surrogate pair is no character that a file of text can hold.
      String rule = scan.name().equals(unwritable) ? "\ud800" : "fixed";
      return new AnomalyMap(scan.grid(), scan.voxels(), mask, scan, 58, rule, 0.5, provenance());
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
      return provenance;
    }

    @Override
    public void close() {}
  }
}
