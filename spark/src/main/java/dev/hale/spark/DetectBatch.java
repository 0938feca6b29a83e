package dev.hale.spark;

import dev.hale.HaleException;
import dev.hale.cli.DetectionOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code spark-submit} runs: {@code hale detect} as a Spark job. */
@Command(
    name = "DetectBatch",
    mixinStandardHelpOptions = true,
    description = {
      "Detects in the subjects among files and in folders of any Hadoop file system. Each gets a"
          + " folder of results in --out, as hale detect writes it, and a line in a table in"
          + " Parquet, which is printed. Subjects whose results are there are skipped; one that"
          + " fails is a line with the status failed. The exit status is 3 where all have failed.",
      "",
      "Options of threads are Spark's: spark.task.cpus."
    })
public final class DetectBatch implements Callable<Integer> {
  private static final int ALL_FAILED = 3;
  private static final int SHOWN = 20;

  @Spec CommandSpec command;

  @Option(
      names = "--in",
      required = true,
      arity = "1..*",
      paramLabel = "URI",
      description = "Files and folders, searched as hale detect does.")
  List<String> in;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "Where each subject gets a folder of its name.")
  String out;

  @Option(
      names = "--table",
      paramLabel = "URI",
      description =
          "Where the table goes, replacing the one that is there. Default: results.parquet in"
              + " --out.")
  String table;

  @Option(
      names = "--model",
      paramLabel = "URI",
      description =
          "The model: demo for the one that travels with hale, or a folder. Needed for every method"
              + " but intensity.")
  String model;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      description = "What the model's bytes have to be; the column model of a table has it.")
  String modelSha256;

  @Option(
      names = "--rename",
      paramLabel = "FILE=CHANNEL",
      split = ",",
      description = "What files are called where the model has another name for it.")
  Map<String, String> renamed = new LinkedHashMap<>();

  @Option(
      names = "--brain",
      paramLabel = "WHERE",
      description =
          "The brain: find, whole, the name without extension of a mask beside each scan's files,"
              + " or the URI of one for all. Default: the masks called brain where every subject"
              + " has one, else find.")
  String brain;

  @Mixin DetectionOptions options;

  /** Runs the job and ends the process where it failed. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    int code =
        new CommandLine(new DetectBatch())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false)
            .setExecutionExceptionHandler(DetectBatch::explain)
            .execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int explain(Exception error, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (!(error instanceof HaleException)) {
      throw error;
    }
    line.getErr().println("hale: " + error.getMessage());
    return ALL_FAILED;
  }

  @Override
  public Integer call() throws Exception {
    DetectionJob job = job();
    try (SparkSession spark = SparkSession.builder().appName("hale detect").getOrCreate()) {
      String place = table == null ? out + "/results.parquet" : table;
      Dataset<SubjectRow> subjects = SparkDetection.subjects(spark, in, renamed, job);
      SparkDetection.detect(spark, subjects, job)
          .select(DetectionRow.COLUMNS.stream().map(functions::col).toArray(Column[]::new))
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(place);
      new ResultStore(
              HadoopPaths.qualified(out, spark.sparkContext().hadoopConfiguration()).toString(),
              spark.sparkContext().hadoopConfiguration())
          .sweep();
      return report(spark.read().parquet(place), place);
    }
  }

  private int report(Dataset<Row> rows, String place) {
    rows.drop("model", "host").orderBy("subject").show(SHOWN, false);
    List<String> counts = new ArrayList<>();
    long all = 0;
    long failed = 0;
    for (Row count : rows.groupBy("status").count().orderBy("status").collectAsList()) {
      counts.add("%d %s".formatted(count.getLong(1), count.getString(0)));
      all += count.getLong(1);
      failed += count.getString(0).equals(DetectionRow.FAILED) ? count.getLong(1) : 0;
    }
    command.commandLine().getOut().println("%s; %s".formatted(String.join(", ", counts), place));
    return failed == all ? ALL_FAILED : 0;
  }

  private DetectionJob job() {
    List<String> given = new ArrayList<>();
    String method = null;
    long seed = 1;
    CommandSpec taken = CommandSpec.forAnnotatedObject(new DetectionOptions());
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (taken.findOption(option.longestName()) == null) {
        continue;
      }
      String value = String.join(",", option.originalStringValues());
      switch (option.longestName()) {
        case "--method" -> method = value;
        case "--seed" -> seed = option.getValue();
        default -> given.add(option.longestName() + "=" + value);
      }
    }
    return new DetectionJob(model, modelSha256, method, seed, given, brain, out);
  }
}
