package dev.hale.app.detect;

import dev.hale.app.detect.DetectionOutcome.Status;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionCancelled;
import dev.hale.detection.DetectionSeries;
import dev.hale.detection.result.DetectedScan;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.ScanInput;
import dev.hale.io.AtomicFolder;
import dev.hale.scan.AnomalyMap;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Scans on their way from file to file: while the calling thread computes, the next scan is read
 * and the last one written. Large scans in memory are four at most: one read, one computed, one
 * whose last slices wait for the next one's, one written.
 */
public final class DetectionPipeline {
  private final AnomalyDetector detector;
  private final Function<ScanSource, Path> folder;
  private final Listener listener;
  private final BiFunction<ScanSource, Throwable, DetectionOutcome> failed;

  /** Hears how far scans are, on the thread that runs the pipeline. */
  public interface Listener {
    /**
     * A step of a scan's detection is done.
     *
     * @param scan its position among the scans
     * @param done slices' worth of work done in this scan
     * @param total slices of this scan
     */
    void onSlices(int scan, double done, int total);

    /** All slices of a scan have been computed, or one has failed; it is not written yet. */
    default void onComputed(int scan) {}
  }

  /** A scan that is read and prepared. */
  private static final class Started {
    private final int index;
    private final ScanSource source;
    private ScanInput input;
    private DetectionSeries.Turn turn;
    private double readSeconds;
    private long joined;
    private int slices;

    Started(int index, ScanSource source) {
      this.index = index;
      this.source = source;
    }
  }

  private record Written(Started scan, Future<DetectionOutcome> outcome) {}

  /**
   * For one run.
   *
   * @param folder where a scan's results go
   * @param failed says what comes of a scan that failed; throws what ends the run
   */
  public DetectionPipeline(
      AnomalyDetector detector,
      Function<ScanSource, Path> folder,
      Listener listener,
      BiFunction<ScanSource, Throwable, DetectionOutcome> failed) {
    this.detector = detector;
    this.folder = folder;
    this.listener = listener;
    this.failed = failed;
  }

  /**
   * Detects in some of the scans. However this ends, what was detected is still written.
   *
   * @param pending which scans, in order
   * @param outcomes of all scans; those of the pending ones are filled in
   * @throws CancellationException if this thread is interrupted
   */
  public void run(
      List<? extends ScanSource> scans, List<Integer> pending, DetectionOutcome[] outcomes) {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (DetectionSeries series = detector.series()) {
      Queue<Started> computing = new ArrayDeque<>();
      Queue<Written> writing = new ArrayDeque<>();
      Future<Started> next = null;
      for (int p = 0; p <= pending.size(); p++) {
        Future<Started> current = next;
        Started following =
            p < pending.size() ? new Started(pending.get(p), scans.get(pending.get(p))) : null;
        next = following == null ? null : reader.submit(() -> read(following, series));
        if (current != null) {
          int i = pending.get(p - 1);
          try {
            computing.add(join(current.get()));
          } catch (ExecutionException e) {
            outcomes[i] = failed.apply(scans.get(i), e.getCause());
          }
        }
        boolean more = true;
        while (more) {
          more = series.compute(next == null);
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          int begun = 0;
          while (computing.peek() != null && computing.peek().turn.isDone()) {
            Started done = computing.remove();
            listener.onComputed(done.index);
            writing.add(new Written(done, writer.submit(() -> write(done))));
            begun++;
          }
          if (begun > 0) {
            settle(writing, begun, outcomes);
          }
        }
      }
      settle(writing, 0, outcomes);
    } catch (InterruptedException | DetectionCancelled e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } finally {
      reader.shutdownNow();
      finish(writer);
    }
  }

  private Started read(Started scan, DetectionSeries series) {
    long start = System.nanoTime();
    scan.input = scan.source.read(detector.wanted());
    scan.turn =
        series.prepare(
            scan.input.scan(),
            scan.input.brain().voxels(),
            (done, total) -> {
              scan.slices = total;
              listener.onSlices(scan.index, done, total);
            });
    scan.readSeconds = seconds(start);
    return scan;
  }

  private static Started join(Started scan) {
    scan.joined = System.nanoTime();
    scan.turn.join();
    return scan;
  }

  private DetectionOutcome write(Started scan) {
    AnomalyMap result = scan.turn.map();
    DetectedScan detection =
        new DetectedScan(
            scan.input,
            result,
            detector.axis(),
            scan.slices,
            scan.readSeconds,
            seconds(scan.joined));
    DetectionRecord[] record = new DetectionRecord[1];
    Path target = folder.apply(scan.source);
    AtomicFolder.write(
        target,
        partial -> {
          record[0] = detection.writeInto(partial);
          scan.source.add(partial, result, record[0]);
        });
    return DetectionOutcome.of(Status.DONE, target, record[0]);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Waits for all but the last {@code keep} that are being written. */
  private void settle(Queue<Written> writing, int keep, DetectionOutcome[] outcomes)
      throws InterruptedException {
    while (writing.size() > keep) {
      Written next = writing.remove();
      try {
        outcomes[next.scan().index] = next.outcome().get();
      } catch (ExecutionException e) {
        outcomes[next.scan().index] = failed.apply(next.scan().source, e.getCause());
      }
    }
  }

  /** Waits to the end, even where this thread is interrupted. */
  private static void finish(ExecutorService writer) {
    writer.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = writer.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
