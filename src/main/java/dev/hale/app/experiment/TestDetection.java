package dev.hale.app.experiment;

import dev.hale.app.detect.DetectionOutcome;
import dev.hale.app.detect.DetectionPipeline;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Detects by one method in the test subjects of a fold, as {@code hale detect} does in scans; the
 * first that fails ends it. What was detected by then is written.
 */
final class TestDetection implements DetectionPipeline.Listener {
  private final String title;
  private final List<TestScan> scans;
  private final MethodProvider methods;
  private final ManifestFile manifest;
  private final ExperimentListener listener;
  private DetectionProgress progress;
  private int shown = -1;
  private long begin;
  private double saved;

  /**
   * A detection to be.
   *
   * @param title of the method
   * @param manifest notes the subjects and the time
   */
  TestDetection(
      String title,
      List<TestScan> scans,
      MethodProvider methods,
      ManifestFile manifest,
      ExperimentListener listener) {
    this.title = title;
    this.scans = scans;
    this.methods = methods;
    this.manifest = manifest;
    this.listener = listener;
  }

  /**
   * Detects.
   *
   * @param folder where a subject's results go, by its name
   * @throws RuntimeException what a subject failed with
   */
  void run(AnomalyDetector detector, Function<String, Path> folder) {
    begin = System.nanoTime();
    saved = methods.savedSeconds();
    try {
      new DetectionPipeline(
              detector, scan -> folder.apply(scan.name()), this, (scan, error) -> failed(error))
          .run(
              scans,
              IntStream.range(0, scans.size()).boxed().toList(),
              new DetectionOutcome[scans.size()]);
    } finally {
      if (shown >= 0) {
        listener.onEnd();
      }
    }
  }

  private static DetectionOutcome failed(Throwable error) {
    if (error instanceof RuntimeException failure) {
      throw failure;
    } else if (error instanceof Error failure) {
      throw failure;
    }
    throw new IllegalStateException(error);
  }

  /** Two scans may share a batch; shown is the later one. */
  @Override
  public void onSlices(int scan, double done, int total) {
    if (scan > shown) {
      if (shown >= 0) {
        listener.onEnd();
      }
      progress = listener.onDetection("%s, %s".formatted(title, scans.get(scan).name()));
      shown = scan;
    }
    if (scan == shown) {
      progress.onSlices(done, total);
    }
  }

  /** A scan takes from the end of the one before to its own. */
  @Override
  public void onComputed(int scan) {
    TestScan done = scans.get(scan);
    manifest.add(done.tested().scan().name(), done.sha256());
    long now = System.nanoTime();
    double spent = (now - begin) / 1e9;
    begin = now;
    double before = saved;
    saved = methods.savedSeconds();
    done.took(spent + saved - before);
    manifest.spent("detecting " + title, spent);
  }
}
