package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark on two threads of this JVM, against the command line on the same phantoms. */
final class SparkDetectionTest {
  @TempDir static Path shared;
  private static SparkSession spark;
  private static Path phantoms;
  private static Path expected;
  private static Path model;

  @TempDir Path temporary;

  @BeforeAll
  static void detectByTheCommandLine() throws IOException, InterruptedException {
    phantoms = Study.phantoms(shared.resolve("phantoms"), 3);
    expected = shared.resolve("expected");
    model = TinyModel.write(shared.resolve("model"), "FLAIR", "T1");
    Study.commandLine(
        "detect", "--model", "" + model, phantoms.toString(), "--out", expected.toString());
    spark = session();
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2,4]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.hadoop.fs.objects.impl", ObjectStore.class.getName())
        .config("spark.hadoop.fs.objects.impl.disable.cache", true)
        .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private DetectionJob job(String out) {
    return DetectionJob.of(model.toString(), out);
  }

  private List<DetectionRow> detect(String in, DetectionJob job) {
    Dataset<SubjectRow> subjects = SparkDetection.subjects(spark, List.of(in), Map.of(), job);
    return Study.sorted(SparkDetection.detect(spark, subjects, job));
  }

  @Test
  void everyFileIsTheCommandLines() throws IOException {
    Path out = temporary.resolve("out");
    List<DetectionRow> rows = detect(phantoms.toString(), job(out.toString()));
    sweep(out);
    assertEquals(Study.names(expected), Study.names(out));
    for (DetectionRow row : rows) {
      Path folder = out.resolve(row.getSubject());
      Study.assertSameResults(expected.resolve(row.getSubject()), folder);
      DetectionRecord record = DetectionRecord.read(folder);
      assertEquals(
          DetectionRecord.read(expected.resolve(row.getSubject())).inputs(), record.inputs());
      assertEquals("done", row.getStatus());
      assertEquals(record.imageScore(), row.getScore());
      assertEquals(record.lesionVolumeMl(), row.getMl());
      assertEquals(Files.readAllLines(folder.resolve("lesions.tsv")).size() - 1, row.getLesions());
      assertEquals(64, row.getModel().length());
      assertNotNull(row.getHost());
      assertNull(row.getMessage());
    }
  }

  @Test
  void anObjectStoreHoldsTheSame() throws IOException {
    Path bucket = temporary.resolve("bucket");
    for (Path subject : Study.contents(phantoms)) {
      Study.copy(subject, bucket.resolve("in").resolve(subject.getFileName()));
    }
    DetectionJob job = job("objects:" + bucket + "/out");
    List<DetectionRow> rows = detect("objects:" + bucket, job);
    assertEquals(3, rows.size());
    for (DetectionRow row : rows) {
      Path folder = bucket.resolve("out").resolve(row.getSubject());
      Study.assertSameResults(expected.resolve(row.getSubject()), folder);
      String input = "objects:" + bucket + "/in/" + row.getSubject() + "/FLAIR.nii.gz";
      assertTrue(DetectionRecord.read(folder).inputs().containsKey(input), input);
    }
    assertEquals(
        List.of("skipped", "skipped", "skipped"), statuses(detect("objects:" + bucket, job)));
  }

  @Test
  void aSubjectThatCannotBeReadIsALineAndTheOthersGoOn() throws IOException {
    Path in = temporary.resolve("in");
    for (String name : List.of("a", "b", "c", "d")) {
      Study.copy(phantoms.resolve("s1"), in.resolve(name));
    }
    Files.write(in.resolve("b/FLAIR.nii.gz"), new byte[100]);
    Files.delete(in.resolve("c/T1.nii.gz"));
    Path out = temporary.resolve("out");
    List<DetectionRow> rows = detect(in.toString(), job(out.toString()));
    assertEquals(List.of("done", "failed", "failed", "done"), statuses(rows));
    assertTrue(rows.get(1).getMessage().contains("b/FLAIR.nii.gz"), rows.get(1).getMessage());
    assertTrue(rows.get(2).getMessage().contains("it lacks T1"), rows.get(2).getMessage());
    sweep(out);
    assertEquals(List.of("a", "d"), Study.names(out));
  }

  @Test
  void whatIsFinishedIsSkippedUnlessOtherSettingsMadeIt() throws IOException {
    Path out = temporary.resolve("out");
    List<DetectionRow> first = detect(phantoms.toString(), intensity(out));
    List<DetectionRow> again = detect(phantoms.toString(), intensity(out));
    assertEquals(List.of("skipped", "skipped", "skipped"), statuses(again));
    for (int row = 0; row < first.size(); row++) {
      assertEquals(first.get(row).getScore(), again.get(row).getScore());
      assertEquals(first.get(row).getLesions(), again.get(row).getLesions());
    }
    List<DetectionRow> other = detect(phantoms.toString(), job(out.toString()));
    assertEquals(List.of("failed", "failed", "failed"), statuses(other));
    assertTrue(
        other.get(0).getMessage().contains("method intensity, now counterfactual"),
        other.get(0).getMessage());
  }

  @Test
  void oneFolderForTwoJobsAtOnceHoldsOneResultForEachSubject() throws Exception {
    Path out = temporary.resolve("out");
    Dataset<SubjectRow> subjects =
        SparkDetection.subjects(spark, List.of(phantoms.toString()), Map.of(), job("" + out));
    Dataset<SubjectRow> twice = subjects.union(subjects); // each subject in two tasks at once
    List<DetectionRow> rows = Study.sorted(SparkDetection.detect(spark, twice, job("" + out)));
    assertEquals(6, rows.size());
    for (int row = 0; row < 6; row += 2) {
      assertEquals("done", rows.get(row).getStatus());
      assertEquals("skipped", rows.get(row + 1).getStatus());
      assertEquals(rows.get(row).getSeconds(), rows.get(row + 1).getSeconds());
      String subject = rows.get(row).getSubject();
      Study.assertSameResults(expected.resolve(subject), out.resolve(subject));
    }
    sweep(out);
    assertEquals(Study.names(expected), Study.names(out));
  }

  @Test
  void aTaskThatFailsTwiceIsTriedAThirdTime() throws IOException {
    Path out = temporary.resolve("out");
    ObjectStore.failures.set(2);
    List<DetectionRow> rows = detect(phantoms.toString(), intensity("objects:" + out));
    assertEquals(0, ObjectStore.failures.get());
    assertEquals(3, rows.size());
    assertFalse(statuses(rows).contains("failed"));
    assertEquals(3, Study.names(out).size());
  }

  @Test
  void aModelWithOtherBytesEndsTheJob() {
    DetectionJob job = job(temporary.resolve("out").toString()).withModelSha256("00");
    CheckpointException error =
        assertThrows(CheckpointException.class, () -> detect(phantoms.toString(), job));
    assertTrue(error.getMessage().contains("the job wants 00"), error.getMessage());
  }

  private DetectionJob intensity(Object out) {
    return new DetectionJob(null, null, "intensity", 1, List.of(), null, out.toString());
  }

  private static void sweep(Path out) throws IOException {
    new ResultStore("file:" + out, spark.sparkContext().hadoopConfiguration()).sweep();
  }

  private static List<String> statuses(List<DetectionRow> rows) {
    return rows.stream().map(DetectionRow::getStatus).toList();
  }
}
