package dev.hale.benchmarks;

import dev.hale.data.PreparedScan;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.CounterfactualSettings;
import dev.hale.detection.DetectionMethod;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.Solver;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.Engine;
import dev.hale.evaluation.Overlap;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How near the map of a short chain comes to that of a long one, for each solver: correlation over
 * brain pixels, and Dice at the model's own threshold. On the slices with most lesion of phantoms
 * that no model was trained on (seeds from 500000 and 500100).
 *
 * <p>Arguments: model folder, subjects of each pathology, steps of the long chain, threads, and the
 * steps of the short ones, comma-separated.
 */
public final class FewerSteps {
  private FewerSteps() {}

  record Case(float[] image, byte[] brain, byte[] lesion) {}

  /** Prints a Markdown table. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    int subjects = Integer.parseInt(arguments[1]);
    int reference = Integer.parseInt(arguments[2]);
    Engine.setThreads(Integer.parseInt(arguments[3]));
    DetectorConfig config = DetectorConfig.read(model, DetectionMethod.COUNTERFACTUAL);
    CounterfactualSettings own = (CounterfactualSettings) config.settings();
    List<Case> cases = cases(model, config, subjects);
    double threshold = config.healthyThreshold();
    float[][] exact = maps(model, config, own, Solver.DDIM, reference, cases);
    System.out.printf(
        Locale.ROOT,
        "%d slices; reference ddim, %d calls a slice, Dice %.3f%n%n",
        cases.size(),
        2 * reference,
        dice(exact, cases, threshold));
    System.out.println("| solver | calls | correlation | Dice | seconds a slice |");
    System.out.println("|---|---|---|---|---|");
    for (String steps : arguments[4].split(",")) {
      for (Solver solver : Solver.values()) {
        long begin = System.nanoTime();
        float[][] maps = maps(model, config, own, solver, Integer.parseInt(steps), cases);
        double seconds = (System.nanoTime() - begin) / 1e9 / cases.size();
        System.out.printf(
            Locale.ROOT,
            "| %s | %d | %.4f | %.3f | %.2f |%n",
            solver.name().toLowerCase(Locale.ROOT),
            2 * Integer.parseInt(steps),
            correlation(exact, maps, cases),
            dice(maps, cases, threshold),
            seconds);
      }
    }
  }

  static List<Case> cases(Path model, DetectorConfig config, int subjects) {
    List<Case> cases = new ArrayList<>();
    try (SliceDetector detector = new SliceDetector(model, config, DetectorOptions.defaults())) {
      for (Pathology pathology : List.of(Pathology.GLIOMA, Pathology.MS)) {
        for (int i = 0; i < subjects; i++) {
          long seed = (pathology == Pathology.GLIOMA ? 500_000 : 500_100) + i;
          PhantomSubject subject = Phantom.subject(pathology, seed);
          PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
          byte[][] lesions = scan.toModel(subject.lesion()).masks();
          int fullest = 0;
          for (int z = 0; z < lesions.length; z++) {
            fullest = sum(lesions[z]) > sum(lesions[fullest]) ? z : fullest;
          }
          cases.add(new Case(scan.images()[fullest], scan.masks()[fullest], lesions[fullest]));
        }
      }
    }
    return cases;
  }

  private static int sum(byte[] mask) {
    int sum = 0;
    for (byte value : mask) {
      sum += value;
    }
    return sum;
  }

  private static float[][] maps(
      Path model,
      DetectorConfig config,
      CounterfactualSettings own,
      Solver solver,
      int steps,
      List<Case> cases) {
    CounterfactualSettings changed =
        own.withSolver(solver)
            .withNoiseLevelAndSteps(own.noiseLevel(), Math.min(steps, own.noiseLevel()));
    return maps(model, config, changed, cases);
  }

  static float[][] maps(
      Path model, DetectorConfig config, CounterfactualSettings settings, List<Case> cases) {
    DetectorConfig changed = config.withSettings(settings.withThreshold(ThresholdRule.OTSU));
    try (SliceDetector detector = new SliceDetector(model, changed, DetectorOptions.defaults())) {
      return detector.maps(
          cases.stream().map(Case::image).toArray(float[][]::new),
          cases.stream().map(Case::brain).toArray(byte[][]::new),
          DetectionProgress.NONE);
    }
  }

  static double dice(float[][] maps, List<Case> cases, double threshold) {
    double sum = 0;
    for (int n = 0; n < maps.length; n++) {
      Case one = cases.get(n);
      byte[] mask = Thresholds.above(maps[n], threshold, one.brain());
      sum += Overlap.of(mask, one.lesion(), one.brain()).dice();
    }
    return sum / maps.length;
  }

  static double correlation(float[][] first, float[][] second, List<Case> cases) {
    List<byte[]> brains = cases.stream().map(Case::brain).toList();
    float[] x = Voxels.pool(Arrays.asList(first), brains);
    float[] y = Voxels.pool(Arrays.asList(second), brains);
    double meanX = mean(x);
    double meanY = mean(y);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int v = 0; v < x.length; v++) {
      xy += (x[v] - meanX) * (y[v] - meanY);
      xx += (x[v] - meanX) * (x[v] - meanX);
      yy += (y[v] - meanY) * (y[v] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
