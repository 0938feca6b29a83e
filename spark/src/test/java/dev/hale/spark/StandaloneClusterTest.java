package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master, two workers and their executors, each a process, of which one is killed. */
final class StandaloneClusterTest {
  private static final int SUBJECTS = 8;

  @TempDir Path temporary;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void anExecutorKilledWhileItWritesLeavesNothingHalfWritten() throws Exception {
    Path phantoms = Study.phantoms(temporary.resolve("phantoms"), SUBJECTS);
    Path model = TinyModel.write(temporary.resolve("model"), "FLAIR", "T1");
    Path expected = temporary.resolve("expected");
    Study.commandLine(
        "detect", "--model", "" + model, phantoms.toString(), "--out", expected.toString());
    Path out = temporary.resolve("out");
    try (Cluster cluster = new Cluster(Path.of("cluster").toAbsolutePath());
        SparkSession spark = session(cluster)) {
      DetectionJob job = DetectionJob.of(model.toString(), out.toString());
      Dataset<SubjectRow> subjects =
          SparkDetection.subjects(spark, List.of(phantoms.toString()), Map.of(), job).coalesce(2);
      CompletableFuture<List<DetectionRow>> rows =
          CompletableFuture.supplyAsync(
              () -> Study.sorted(SparkDetection.detect(spark, subjects, job)));
      Path half = halfWritten(out, rows);
      long finished = finished(out);
      List<ProcessHandle> executors = cluster.executors();
      assertEquals(2, executors.size());
      executors.forEach(ProcessHandle::destroyForcibly);
      System.err.printf(
          "killed executors %s with %d of %d subjects finished and half of %s: %s%n",
          executors, finished, SUBJECTS, half.getParent().getFileName(), Study.names(half));
      List<DetectionRow> detected = rows.get();
      detected.forEach(
          row -> System.err.printf("%s %s %s%n", row.getSubject(), row.getStatus(), row.getHost()));
      assertEquals(Study.names(expected), detected.stream().map(DetectionRow::getSubject).toList());
      assertFalse(detected.stream().anyMatch(row -> row.getStatus().equals(DetectionRow.FAILED)));
      assertTrue(finished < SUBJECTS, "it was over before anything was killed");
      new ResultStore("file:" + out, spark.sparkContext().hadoopConfiguration()).sweep();
    }
    assertEquals(Study.names(expected), Study.names(out));
    for (String subject : Study.names(expected)) {
      Study.assertSameResults(expected.resolve(subject), out.resolve(subject));
    }
  }

  private static SparkSession session(Cluster cluster) {
    return SparkSession.builder()
        .master(cluster.master())
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.cores", 1)
        .config("spark.executor.memory", "1g")
        .config("spark.executor.extraClassPath", Study.classPath())
        .config("spark.scheduler.minRegisteredResourcesRatio", 1.0)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.hadoop.fs.file.impl", SlowDisk.class.getName())
        .getOrCreate();
  }

  /** Waits for an attempt that has written some files and not yet the last. */
  private static Path halfWritten(Path out, CompletableFuture<?> job)
      throws IOException, InterruptedException {
    Path attempts = out.resolve(".attempts");
    while (!job.isDone()) {
      if (finished(out) > 0 && Files.isDirectory(attempts)) {
        for (Path subject : Study.contents(attempts)) {
          for (Path attempt : contents(subject)) {
            if (contents(attempt).size() == 2) {
              return attempt;
            }
          }
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the job was over before an attempt was seen: " + job);
  }

  private static List<Path> contents(Path folder) throws IOException {
    return Files.isDirectory(folder) ? Study.contents(folder) : List.of();
  }

  private static long finished(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return 0;
    }
    try (Stream<Path> folders = Files.list(out)) {
      return folders.filter(folder -> Files.exists(folder.resolve("detection.json"))).count();
    }
  }
}
