package dev.hale.benchmarks;

import dev.hale.benchmarks.FewerSteps.Case;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.Methods;
import dev.hale.engine.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How near the map of a guided chain stays to itself when the classifier's gradient is computed
 * once in k calls: correlation over brain pixels, Dice at the model's own threshold, seconds a
 * slice, on the cases of {@link FewerSteps}.
 *
 * <p>Arguments: model folder, subjects of each pathology, guidance scale, threads, and the values
 * of k, comma-separated.
 */
public final class FewerGradients {
  private FewerGradients() {}

  /** Prints a Markdown table. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    Engine.setThreads(Integer.parseInt(arguments[3]));
    DetectorConfig config = DetectorConfig.read(model, Methods.named("counterfactual"));
    CounterfactualSettings guided =
        ((CounterfactualSettings) config.settings())
            .withCalls(0)
            .withGuidance(Double.parseDouble(arguments[2]));
    int subjects = Integer.parseInt(arguments[1]);
    List<Case> cases = FewerSteps.cases(model, config, subjects, FewerSteps.FULLEST, 500_000);
    DetectorOptions options = DetectorOptions.defaults();
    float[][] reference = FewerSteps.maps(model, config, guided, cases, options);
    System.out.printf(Locale.ROOT, "%d slices, %s%n%n", cases.size(), guided);
    System.out.println("| k | correlation | Dice | seconds a slice |");
    System.out.println("|---|---|---|---|");
    for (String every : arguments[4].split(",", -1)) {
      CounterfactualSettings held = guided.withGuidanceEvery(Integer.parseInt(every));
      long begin = System.nanoTime();
      float[][] maps = FewerSteps.maps(model, config, held, cases, options);
      double seconds = (System.nanoTime() - begin) / 1e9 / cases.size();
      System.out.printf(
          Locale.ROOT,
          "| %s | %.4f | %.3f | %.2f |%n",
          every,
          FewerSteps.correlation(reference, maps, cases),
          FewerSteps.dice(maps, cases, config.healthyThreshold()),
          seconds);
    }
  }
}
