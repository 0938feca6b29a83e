package dev.hale.app.demo;

import dev.hale.app.detect.Scores;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectionSeries;
import dev.hale.evaluation.IntensityBaseline;
import dev.hale.evaluation.Thresholds;
import dev.hale.picture.Montage;
import dev.hale.picture.MontagePanel;
import dev.hale.picture.SlicePanels;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Canonical;
import dev.hale.scan.Scan;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Detects in phantom subjects that no model ever saw, and scores what comes out. */
public final class Demo {
  /** Test subjects have seeds from here on; training ones count from 0. */
  public static final long FIRST_TEST_SEED = 1_000_000;

  private static final List<Pathology> PATHOLOGIES = List.of(Pathology.GLIOMA, Pathology.MS);
  private static final int ROWS = 3;
  private static final int PANEL_PIXELS = 384; // two a pixel
  private static final double MARGIN = 0.04;

  private final AnomalyDetector detector;
  private final int subjectsEach;
  private final long seed;
  private final List<Montage.Row> rows = new ArrayList<>();
  private List<String> columns = List.of(); // of the rows

  /**
   * A demo.
   *
   * @param subjectsEach test subjects of each pathology
   * @param seed which subjects; different seeds share none
   */
  public Demo(AnomalyDetector detector, int subjectsEach, long seed) {
    this.detector = detector;
    this.subjectsEach = subjectsEach;
    this.seed = seed;
  }

  /**
   * What came out.
   *
   * @param pathologies by pathology
   * @param slices detected in
   * @param seconds all in all
   */
  public record Result(Map<Pathology, PathologyResult> pathologies, int slices, double seconds) {}

  /** Number of slices in all. */
  public int slices() {
    return subjectsEach * PATHOLOGIES.size() * PhantomOptions.DEFAULT.slices();
  }

  /** A test subject on its way. */
  private record Case(
      Pathology pathology, int number, PhantomSubject subject, DetectionSeries.Turn turn) {}

  /** Scores of one pathology's subjects. */
  private record Found(List<Scores> method, List<Scores> baseline) {
    Found() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Runs: subjects follow each other into the detector, so that its workers are never idle.
   *
   * @param progress told how many slices are done in all, fractions included
   */
  public Result run(DoubleConsumer progress) {
    Map<Pathology, Found> found = new EnumMap<>(Pathology.class);
    Deque<Case> running = new ArrayDeque<>();
    double[] done = new double[PATHOLOGIES.size() * subjectsEach];
    long start = System.nanoTime();
    try (DetectionSeries series = detector.series()) {
      for (Pathology pathology : PATHOLOGIES) {
        found.put(pathology, new Found());
        for (int i = 0; i < subjectsEach; i++) {
          PhantomSubject subject = Phantom.subject(pathology, seed(pathology, i));
          int at = PATHOLOGIES.indexOf(pathology) * subjectsEach + i;
          DetectionSeries.Turn turn =
              series.prepare(
                  subject.scan(),
                  subject.brain(),
                  (part, total) -> {
                    done[at] = part / total * subject.scan().grid().nz();
                    progress.accept(Arrays.stream(done).sum());
                  });
          turn.join();
          running.add(new Case(pathology, i, subject, turn));
          boolean more = true;
          while (more) {
            more = series.compute(false);
            settle(running, found);
          }
        }
      }
      while (!running.isEmpty()) {
        series.compute(true);
        settle(running, found);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<Pathology, PathologyResult> results = new EnumMap<>(Pathology.class);
    found.forEach(
        (pathology, of) ->
            results.put(pathology, PathologyResult.of(of.method(), of.baseline(), seed)));
    return new Result(results, slices(), seconds);
  }

  private long seed(Pathology pathology, int number) {
    return FIRST_TEST_SEED + 1000 * seed + 100L * PATHOLOGIES.indexOf(pathology) + number;
  }

  /** Scores and draws those that are done, in order. */
  private void settle(Deque<Case> running, Map<Pathology, Found> found) {
    while (!running.isEmpty() && running.peek().turn().isDone()) {
      Case next = running.remove();
      PhantomSubject subject = next.subject();
      AnomalyMap map = next.turn().map();
      Found of = found.get(next.pathology());
      of.method().add(Scores.of(map.map(), map.threshold(), subject.lesion(), subject.brain()));
      of.baseline().add(intensity(subject));
      if (next.number() < ROWS) {
        long twin = seed(next.pathology(), next.number());
        Map<String, MontagePanel> panels =
            panels(subject, Phantom.subject(Pathology.HEALTHY, twin).scan(), map);
        columns = List.copyOf(panels.keySet());
        String label = next.pathology().name().toLowerCase(Locale.ROOT);
        rows.add(new Montage.Row(label, List.copyOf(panels.values())));
      }
    }
  }

  private static Scores intensity(PhantomSubject subject) {
    float[] flair = flair(subject.scan());
    float[] map = IntensityBaseline.map(flair, subject.brain());
    double threshold = IntensityBaseline.otsuThreshold(flair, subject.brain());
    return Scores.of(map, threshold, subject.lesion(), subject.brain());
  }

  /**
   * Panels of the subject's slice with the most lesion, by what they show.
   *
   * @param twin the same head without lesion
   */
  private static Map<String, MontagePanel> panels(
      PhantomSubject subject, Scan twin, AnomalyMap found) {
    SlicePanels shown =
        new SlicePanels(
            Canonical.of(subject.scan().grid()), Axis.AXIAL, subject.brain(), MARGIN, PANEL_PIXELS);
    int slice = shown.fullest(subject.lesion());
    float[] flair = flair(subject.scan());
    float white = (float) Thresholds.percentile(flair, subject.brain(), 99.5);
    MontagePanel image = shown.grey(flair, slice, 0, white);
    Map<String, MontagePanel> panels = new LinkedHashMap<>();
    panels.put("FLAIR", image);
    panels.put("healthy twin", shown.grey(flair(twin), slice, 0, white));
    if (found.reconstruction() != null) {
      panels.put("healthy image", shown.grey(flair(found.reconstruction()), slice, 0, white));
    }
    if (found.uncertainty() != null) {
      float most = (float) Thresholds.percentile(found.uncertainty(), subject.brain(), 99.9);
      panels.put("its uncertainty", shown.heat(found.uncertainty(), slice, most > 0 ? most : 1));
    }
    panels.put("map", shown.heat(found.map(), slice, (float) (2 * found.threshold())));
    panels.put(
        "found and true",
        image
            .withTruth(shown.mask(subject.lesion(), slice))
            .withPrediction(shown.mask(found.mask(), slice)));
    return panels;
  }

  private static float[] flair(Scan scan) {
    return scan.channel(scan.channelIndex("FLAIR"));
  }

  /** Writes a picture of the first subjects of each pathology. */
  public void writeMontage(Path png) {
    new Montage(
            columns,
            rows,
            new Montage.View(
                2, Montage.Interpolation.BILINEAR, Montage.Orientation.RADIOLOGICAL_AXIAL))
        .write(png);
  }
}
