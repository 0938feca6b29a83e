package dev.hale.spark;

import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Detection as a step of a Spark program. Each JVM opens one detector for a job; its tasks compute
 * on {@code spark.task.cpus} threads each, which is set for LibTorch in all of the JVM.
 */
public final class SparkDetection {
  /** Enough to fill batches and keep the start of a task small, few enough to spread and retry. */
  private static final int MOST_A_TASK = 16;

  private SparkDetection() {}

  /**
   * The subjects among files and in folders.
   *
   * @param inputs Hadoop paths
   * @param renamed name in file names to channel, where the two differ
   * @return in partitions that are tasks of a fair size
   * @throws DataException if nothing is found
   * @throws dev.hale.engine.CheckpointException if the model cannot be opened
   */
  public static Dataset<SubjectRow> subjects(
      SparkSession spark, List<String> inputs, Map<String, String> renamed, DetectionJob job) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration hadoop = context.hadoopConfiguration();
    List<SubjectRow> found;
    try (SharedDetector detector = SharedDetector.of(job, workers(context.getConf()), hadoop)) {
      found = new SubjectSearch(detector.detector().wanted(), renamed, job, hadoop).find(inputs);
    }
    int tasks = tasks(found.size(), context);
    return spark.createDataset(context.parallelize(found, tasks).rdd(), SubjectRow.encoder());
  }

  private static int tasks(int subjects, JavaSparkContext context) {
    int fewest = (subjects + MOST_A_TASK - 1) / MOST_A_TASK;
    return Math.max(1, Math.max(fewest, Math.min(subjects, 2 * context.defaultParallelism())));
  }

  /**
   * Detects in every subject and writes its results, when the answer is asked for: it is to be
   * saved or cached, since asking again looks at every subject again. Subjects whose results are
   * there are skipped, and of attempts at once the first wins, so that this does no harm.
   *
   * @param subjects under different names
   * @return a line for each; {@code failed}, with a message, where a subject cannot be read or does
   *     not fit the model
   * @throws dev.hale.engine.CheckpointException if the model is not there or not the one that the
   *     job wants
   */
  public static Dataset<DetectionRow> detect(
      SparkSession spark, Dataset<SubjectRow> subjects, DetectionJob job) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration hadoop = context.hadoopConfiguration();
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(hadoop));
    String run = UUID.randomUUID().toString();
    DetectionJob fixed = fixed(job, hadoop);
    return subjects.mapPartitions(
        new DetectionTask(fixed, workers(context.getConf()), run, shared), DetectionRow.encoder());
  }

  /** With paths that lead to the same place and a model that has the same bytes on each machine. */
  private static DetectionJob fixed(DetectionJob job, Configuration hadoop) {
    try (ModelFiles model = ModelFiles.fetch(job, hadoop)) {
      boolean named = job.model() == null || ModelFiles.isName(job.model());
      return new DetectionJob(
          named ? job.model() : HadoopPaths.qualified(job.model(), hadoop).toString(),
          model.sha256(),
          job.method(),
          job.seed(),
          job.options(),
          job.brain(),
          HadoopPaths.qualified(job.out(), hadoop).toString());
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be reached: %s".formatted(job.out(), FileFailure.reason(e)), e);
    }
  }

  /**
   * Of one core a task, each task computes on its own thread; of several, on threads of the
   * detector, of which there have to be enough for all tasks of an executor.
   */
  private static int workers(SparkConf conf) {
    int each = conf.getInt("spark.task.cpus", 1);
    return each == 1 ? 1 : Math.max(each, conf.getInt("spark.executor.cores", each));
  }
}
