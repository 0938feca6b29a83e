package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.HaleException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DetectBatchTest {
  @TempDir Path temporary;

  @Test
  void aJobFillsItsTableAndSaysHowManySubjectsCameToWhat() throws Exception {
    Path phantoms = Study.phantoms(temporary.resolve("phantoms"), 2);
    Path out = temporary.resolve("out");
    SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    StringWriter printed = new StringWriter();
    int code =
        new CommandLine(new DetectBatch())
            .setOut(new PrintWriter(printed))
            .execute(
                "--in", "" + phantoms, "--out", "" + out, "--method=intensity", "--brain=find");
    assertEquals(0, code);
    assertTrue(printed.toString().startsWith("2 done; "), printed.toString());
    assertEquals(List.of("results.parquet", "s0", "s1"), Study.names(out));
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      List<Row> rows =
          spark.read().parquet(out + "/results.parquet").orderBy("subject").collectAsList();
      assertEquals(List.of("s0", "s1"), rows.stream().map(row -> row.getString(0)).toList());
      assertEquals(DetectionRow.COLUMNS, List.of(rows.get(0).schema().fieldNames()));
    }
  }

  @Test
  void optionsThatNeitherHaleNorSparkTakesAreRefusedAtOnce() {
    DetectionJob job = DetectionJob.of("demo", "out");
    assertThrows(HaleException.class, () -> job.withOptions("--stepz=3"));
    HaleException error = assertThrows(HaleException.class, () -> job.withOptions("--threads=4"));
    assertEquals("--threads: on Spark, spark.task.cpus says how many", error.getMessage());
  }
}
