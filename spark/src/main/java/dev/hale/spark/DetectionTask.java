package dev.hale.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What a task does with its subjects.
 *
 * @param workers batches computed side by side in a JVM
 */
record DetectionTask(
    DetectionJob job, int workers, String run, Broadcast<SerializableConfiguration> hadoop)
    implements MapPartitionsFunction<SubjectRow, DetectionRow> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<DetectionRow> call(Iterator<SubjectRow> subjects) throws IOException {
    List<SubjectRow> all = new ArrayList<>();
    subjects.forEachRemaining(all::add);
    if (all.isEmpty()) {
      return Collections.emptyIterator();
    }
    Configuration configuration = hadoop.value().value();
    try (SharedDetector detector = SharedDetector.of(job, workers, configuration);
        LocalFolder temporary = LocalFolder.create()) {
      return new TaskBatch(job, detector, configuration, temporary.path(), attempt())
          .run(all)
          .iterator();
    }
  }

  private String attempt() {
    TaskContext task = TaskContext.get();
    return "%s-%d.%d-%d-%d"
        .formatted(
            run,
            task.stageId(),
            task.stageAttemptNumber(),
            task.partitionId(),
            task.taskAttemptId());
  }
}
