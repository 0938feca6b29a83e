package dev.hale.detection;

import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Scan;
import java.util.ArrayDeque;
import java.util.Deque;

/** The series of a detector whose scans have nothing to share: a batch is a scan. */
final class OneByOne implements DetectionSeries {
  private final AnomalyDetector detector;
  private final Deque<Whole> waiting = new ArrayDeque<>();

  OneByOne(AnomalyDetector detector) {
    this.detector = detector;
  }

  @Override
  public Turn prepare(Scan scan, byte[] brainMask, DetectionProgress progress) {
    return new Whole(scan, brainMask, progress);
  }

  @Override
  public boolean compute(boolean rest) {
    requireNotInterrupted();
    Whole next = waiting.poll();
    if (next == null) {
      return false;
    }
    next.detect();
    requireNotInterrupted();
    return true;
  }

  private void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      DetectionCancelled interrupted = DetectionCancelled.interrupted();
      end(interrupted);
      throw interrupted;
    }
  }

  private void end(DetectionCancelled reason) {
    waiting.forEach(scan -> scan.failure = reason);
    waiting.clear();
  }

  @Override
  public void close() {
    end(DetectionCancelled.closed());
  }

  private final class Whole implements Turn {
    private final Scan scan;
    private final byte[] brainMask;
    private final DetectionProgress progress;
    private AnomalyMap map;
    private Throwable failure;

    Whole(Scan scan, byte[] brainMask, DetectionProgress progress) {
      this.scan = scan;
      this.brainMask = brainMask;
      this.progress = progress;
    }

    void detect() {
      try {
        map = detector.detect(scan, brainMask, progress.cancelling());
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    @Override
    public void join() {
      waiting.add(this);
    }

    @Override
    public boolean isDone() {
      return map != null || failure != null;
    }

    @Override
    public AnomalyMap map() {
      Slices.rethrow(failure);
      if (map == null) {
        throw new IllegalStateException("scan %s is not done".formatted(scan.name()));
      }
      return map;
    }
  }
}
