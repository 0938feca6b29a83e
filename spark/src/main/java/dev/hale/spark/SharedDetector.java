package dev.hale.spark;

import dev.hale.detection.AnomalyDetector;
import dev.hale.engine.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The detector of a job, one in this JVM for all of its tasks. It stays open for the tasks to come,
 * until a task needs another one.
 */
final class SharedDetector implements AutoCloseable {
  private static final Map<Key, SharedDetector> OPEN = new HashMap<>();

  private final ModelFiles model;
  private final AnomalyDetector detector;
  private int users;

  private record Key(
      String model, String sha256, String method, long seed, List<String> options, int workers) {}

  private SharedDetector(ModelFiles model, AnomalyDetector detector) {
    this.model = model;
    this.detector = detector;
  }

  /**
   * Takes hold of a job's detector; close lets go of it.
   *
   * @param workers batches computed side by side, each on one thread: its number of threads alone
   *     would change a map's last bits
   * @throws dev.hale.engine.CheckpointException if the model is not there, another or unusable
   */
  static SharedDetector of(DetectionJob job, int workers, Configuration hadoop) {
    Key key =
        new Key(job.model(), job.modelSha256(), job.method(), job.seed(), job.options(), workers);
    Engine.setThreads(workers); // of this thread, on which a single worker computes
    synchronized (OPEN) {
      SharedDetector shared = OPEN.get(key);
      if (shared == null) {
        closeUnused();
        shared = open(job, workers, hadoop);
        OPEN.put(key, shared);
      }
      shared.users++;
      return shared;
    }
  }

  private static SharedDetector open(DetectionJob job, int workers, Configuration hadoop) {
    ModelFiles model = ModelFiles.fetch(job, hadoop);
    try {
      return new SharedDetector(model, job.arguments().open(model.folder(), workers));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static void closeUnused() {
    List<SharedDetector> unused = new ArrayList<>(OPEN.values());
    unused.removeIf(shared -> shared.users > 0);
    OPEN.values().removeAll(unused);
    for (SharedDetector shared : unused) {
      shared.detector.close();
      shared.model.close();
    }
  }

  AnomalyDetector detector() {
    return detector;
  }

  /** SHA-256 of the model; null for a method without. */
  String sha256() {
    return model.sha256();
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      users--;
    }
  }
}
