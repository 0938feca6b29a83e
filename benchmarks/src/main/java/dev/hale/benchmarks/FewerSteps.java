package dev.hale.benchmarks;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.Methods;
import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Precision;
import dev.hale.evaluation.Overlap;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import dev.hale.scan.PreparedScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How near the map of a chain with fewer network calls comes to that of a long one with a call in
 * every step: correlation over brain pixels, and Dice at the model's own threshold. On phantoms, of
 * each either every so many slices or the one with most lesion.
 *
 * <p>Arguments: model folder, subjects of each pathology (at most 100), noise level, guidance
 * scale, steps of the long chain, threads, the other chains as {@code steps:calls} each way,
 * comma-separated; then {@code fullest} or every how many slices one is taken, the first glioma's
 * seed (the first phantom with MS has that and 100), the device and how many slices it gets at a
 * time.
 */
public final class FewerSteps {
  static final int FULLEST = 0;

  private FewerSteps() {}

  record Case(int subject, float[] image, byte[] brain, byte[] lesion) {}

  /** Prints a Markdown table. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    int subjects = Integer.parseInt(arguments[1]);
    int noiseLevel = Integer.parseInt(arguments[2]);
    int reference = Integer.parseInt(arguments[4]);
    Engine.setThreads(Integer.parseInt(arguments[5]));
    DetectorConfig config = DetectorConfig.read(model, Methods.named("counterfactual"));
    CounterfactualSettings own =
        ((CounterfactualSettings) config.settings()).withGuidance(Double.parseDouble(arguments[3]));
    int every = arguments[7].equals("fullest") ? FULLEST : Integer.parseInt(arguments[7]);
    List<Case> cases = cases(model, config, subjects, every, Long.parseLong(arguments[8]));
    DetectorOptions options =
        new DetectorOptions(
            Device.parse(arguments[9]), Precision.FLOAT32, Integer.parseInt(arguments[10]), 1);
    double threshold = config.healthyThreshold();
    float[][] exact =
        maps(model, config, own.withNoiseLevelAndSteps(noiseLevel, reference), cases, options);
    System.out.printf(
        Locale.ROOT,
        "%d slices; reference of %d steps, as many calls, each way: Dice %.3f%n%n",
        cases.size(),
        reference,
        dice(exact, cases, threshold));
    System.out.println("| steps | calls | correlation | Dice | seconds a slice |");
    System.out.println("|---|---|---|---|---|");
    for (String chain : arguments[6].split(",", -1)) {
      int steps = Integer.parseInt(chain.substring(0, chain.indexOf(':')));
      int calls = Integer.parseInt(chain.substring(chain.indexOf(':') + 1));
      CounterfactualSettings changed =
          own.withNoiseLevelAndSteps(noiseLevel, steps).withCalls(calls);
      long begin = System.nanoTime();
      float[][] maps = maps(model, config, changed, cases, options);
      System.out.printf(
          Locale.ROOT,
          "| %d + %d | %d + %d | %.4f | %.3f | %.2f |%n",
          steps,
          steps,
          calls,
          calls,
          correlation(exact, maps, cases),
          dice(maps, cases, threshold),
          (System.nanoTime() - begin) / 1e9 / cases.size());
    }
  }

  /**
   * Slices to detect in.
   *
   * @param every of so many slices one is taken, from the first; {@link #FULLEST} for the one with
   *     most lesion
   */
  static List<Case> cases(
      Path model, DetectorConfig config, int subjects, int every, long firstSeed) {
    List<Case> cases = new ArrayList<>();
    try (SliceDetector detector = new SliceDetector(model, config, DetectorOptions.defaults())) {
      for (Pathology pathology : List.of(Pathology.GLIOMA, Pathology.MS)) {
        for (int i = 0; i < subjects; i++) {
          long seed = firstSeed + (pathology == Pathology.GLIOMA ? 0 : 100) + i;
          PhantomSubject subject = Phantom.subject(pathology, seed);
          PreparedScan scan = detector.preprocessing().prepare(subject.scan(), subject.brain());
          byte[][] lesions = scan.toModel(subject.lesion()).masks();
          int fullest = 0;
          for (int z = 0; z < lesions.length; z++) {
            fullest = sum(lesions[z]) > sum(lesions[fullest]) ? z : fullest;
          }
          int number = (pathology == Pathology.GLIOMA ? 0 : subjects) + i;
          int from = every == FULLEST ? fullest : 0;
          int to = every == FULLEST ? fullest + 1 : lesions.length;
          for (int z = from; z < to; z += Math.max(1, every)) {
            cases.add(new Case(number, scan.images()[z], scan.masks()[z], lesions[z]));
          }
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

  static float[][] maps(
      Path model,
      DetectorConfig config,
      CounterfactualSettings settings,
      List<Case> cases,
      DetectorOptions options) {
    DetectorConfig changed = config.withSettings(settings.withThreshold(ThresholdRule.OTSU));
    try (SliceDetector detector = new SliceDetector(model, changed, options)) {
      return detector.maps(
          cases.stream().map(Case::image).toArray(float[][]::new),
          cases.stream().map(Case::brain).toArray(byte[][]::new),
          DetectionProgress.NONE);
    }
  }

  /** The mean over the subjects, of whatever slices of each there are. */
  static double dice(float[][] maps, List<Case> cases, double threshold) {
    Map<Integer, Overlap> subjects = new TreeMap<>();
    for (int n = 0; n < maps.length; n++) {
      Case one = cases.get(n);
      byte[] mask = Thresholds.above(maps[n], threshold, one.brain());
      subjects.merge(one.subject(), Overlap.of(mask, one.lesion(), one.brain()), Overlap::plus);
    }
    return subjects.values().stream().mapToDouble(Overlap::dice).average().orElseThrow();
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
