package dev.hale.app.demo;

import dev.hale.app.detect.Scores;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.AnomalyDetector;
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
import java.util.ArrayList;
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
   * @param seconds spent in detection
   */
  public record Result(Map<Pathology, PathologyResult> pathologies, int slices, double seconds) {}

  /** Number of slices in all. */
  public int slices() {
    return subjectsEach * PATHOLOGIES.size() * PhantomOptions.DEFAULT.slices();
  }

  /**
   * Runs.
   *
   * @param progress told how many slices are done in all, fractions included
   */
  public Result run(DoubleConsumer progress) {
    Map<Pathology, PathologyResult> results = new EnumMap<>(Pathology.class);
    int slices = 0;
    double seconds = 0;
    for (Pathology pathology : PATHOLOGIES) {
      List<Scores> method = new ArrayList<>();
      List<Scores> baseline = new ArrayList<>();
      for (int i = 0; i < subjectsEach; i++) {
        long subjectSeed =
            FIRST_TEST_SEED + 1000 * seed + 100L * PATHOLOGIES.indexOf(pathology) + i;
        PhantomSubject subject = Phantom.subject(pathology, subjectSeed);
        long start = System.nanoTime();
        int before = slices;
        int size = subject.scan().grid().nz();
        AnomalyMap found =
            detector.detect(
                subject.scan(),
                subject.brain(),
                (done, total) -> progress.accept(before + done * size / total));
        seconds += (System.nanoTime() - start) / 1e9;
        slices += size;
        method.add(Scores.of(found.map(), found.threshold(), subject.lesion(), subject.brain()));
        baseline.add(intensity(subject));
        if (i < ROWS) {
          Map<String, MontagePanel> panels =
              panels(subject, Phantom.subject(Pathology.HEALTHY, subjectSeed).scan(), found);
          columns = List.copyOf(panels.keySet());
          String label = pathology.name().toLowerCase(Locale.ROOT);
          rows.add(new Montage.Row(label, List.copyOf(panels.values())));
        }
      }
      results.put(pathology, PathologyResult.of(method, baseline, seed));
    }
    return new Result(results, slices, seconds);
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
