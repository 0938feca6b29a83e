package dev.hale.app.detect;

import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.SliceDetector;
import dev.hale.engine.Engine;
import dev.hale.engine.SystemMemory;
import dev.hale.scan.PreparedScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How much quicker detection becomes with more of the CPU's cores: once as threads of one worker,
 * once as workers of one thread. There is a batch for every core, of the same slices from the
 * patient's middle, so that none waits for work and a line takes as long on sixty cores as on one
 * where nothing holds them up. Preparing a scan and putting its maps back are left out.
 */
public final class Scaling {
  // The first seconds are slower by a fifth: Java compiles, the heap grows.
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private final IntFunction<SliceDetector> opening;
  private final PhantomSubject subject;
  private final int batchSize;

  /**
   * A measurement.
   *
   * @param opening opens a detector on the CPU with that many workers; closed here
   * @param subject whose slices are detected in; must have the detector's channels
   * @param batchSize slices that a worker of these detectors takes at a time
   */
  public Scaling(IntFunction<SliceDetector> opening, PhantomSubject subject, int batchSize) {
    this.opening = opening;
    this.subject = subject;
    this.batchSize = batchSize;
  }

  /**
   * What came of some workers.
   *
   * @param workers batches at once
   * @param threads of each worker
   * @param slicesPerSecond of all of them
   * @param ratio how many times as many as one worker with one thread
   * @param efficiency the ratio over the cores that are used; 1 where each does as much as one
   *     alone
   * @param peakBytes the most memory that the process held until the end of this line; null where
   *     the system does not tell
   */
  public record Row(
      int workers,
      int threads,
      double slicesPerSecond,
      double ratio,
      double efficiency,
      Long peakBytes) {}

  private record Load(int workers, int threads) {
    int cores() {
      return workers * threads;
    }
  }

  /**
   * Measures, after ten seconds or more to warm up: one worker with one thread first, then more
   * threads, then more workers, which need more memory, so that the peak tells of each.
   *
   * @param cores the most to use, at least 1
   * @param progress told how many slices are done in all
   * @throws IllegalArgumentException if there are less cores than 1
   */
  public List<Row> measure(int cores, DetectionProgress progress) {
    List<Load> loads = new ArrayList<>();
    counts(cores).forEach(threads -> loads.add(new Load(1, threads)));
    counts(cores).stream().skip(1).forEach(workers -> loads.add(new Load(workers, 1)));
    int all = batchSize * loads.stream().mapToInt(Load::cores).sum();
    int before = Engine.threads();
    List<Row> rows = new ArrayList<>();
    try {
      warmUp();
      double alone = 0;
      int done = 0;
      for (Load load : loads) {
        int from = done;
        double rate = rate(load, (part, total) -> progress.onSlices(from + part, all));
        done += batchSize * load.cores();
        alone = rows.isEmpty() ? rate : alone;
        rows.add(row(load, rate, rate / alone));
      }
    } finally {
      Engine.setThreads(before);
    }
    return rows;
  }

  private void warmUp() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_UP.toNanos()) {
      rate(new Load(1, 1), DetectionProgress.NONE);
    }
  }

  /** 1, 2, 4 and so on below the number of cores, and that number. */
  static List<Integer> counts(int cores) {
    if (cores < 1) {
      throw new IllegalArgumentException("cores must be at least 1, are " + cores);
    }
    return IntStream.concat(
            IntStream.iterate(1, count -> count < cores, count -> 2 * count), IntStream.of(cores))
        .boxed()
        .toList();
  }

  private static Row row(Load load, double rate, double ratio) {
    OptionalLong peak = SystemMemory.peak();
    return new Row(
        load.workers(),
        load.threads(),
        rate,
        ratio,
        ratio / load.cores(),
        peak.isPresent() ? peak.getAsLong() : null);
  }

  /** Slices a second; opening and preparing do not count. */
  private double rate(Load load, DetectionProgress progress) {
    Engine.setThreads(load.cores());
    try (SliceDetector detector = opening.apply(load.workers())) {
      PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
      int used = Math.min(batchSize, scan.count());
      int first = (scan.count() - used) / 2;
      float[][] images = new float[batchSize * load.cores()][];
      byte[][] brains = new byte[images.length][];
      for (int n = 0; n < images.length; n++) {
        images[n] = scan.images()[first + n % batchSize % used];
        brains[n] = scan.masks()[first + n % batchSize % used];
      }
      long start = System.nanoTime();
      detector.maps(images, brains, progress);
      return images.length / ((System.nanoTime() - start) / 1e9);
    }
  }
}
