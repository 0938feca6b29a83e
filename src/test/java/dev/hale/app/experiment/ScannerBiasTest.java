package dev.hale.app.experiment;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hale.app.config.ConfigFile;
import dev.hale.app.experiment.report.ExperimentManifest;
import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.prepare.Subject;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.engine.Device;
import dev.hale.evaluation.Ranking;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.SliceMasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What the critics of a run of {@code experiments/phantom-bias.yaml} say of the test slices, whose
 * scanner says nothing about disease. {@code HALE_BIAS} is the run's folder.
 */
final class ScannerBiasTest {
  private static final CriticAttribution.Settings VERDICT =
      new CriticAttribution.Settings(
          AttributionMethod.GRADIENT, CriticScore.LOGIT, 1, false, 0, 16, 1, Device.CPU);

  /**
   * A critic's verdicts.
   *
   * @param accuracy share of the slices called rightly
   * @param auroc of slices with lesion against those without
   * @param scanner AUROC of the slices from the diseased ones' scanner against those from the
   *     healthy ones', none with lesion
   */
  private record Verdicts(double accuracy, double auroc, double scanner) {}

  private record Slices(float[][] images, byte[][] brains, boolean[] diseased, boolean other) {}

  @Test
  void anUnconstrainedCriticTellsTheScannersApart() {
    String run = System.getenv("HALE_BIAS");
    assumeTrue(run != null, "HALE_BIAS is not set");
    Path folder = Path.of(run);
    ExperimentManifest manifest =
        ResultFiles.read(folder.resolve("manifest.json"), ExperimentManifest.class);
    ExperimentConfig experiment =
        ConfigFile.parse(manifest.experiment(), "manifest", ExperimentConfig.class, List.of());
    List<TestFold> testFolds = TestFold.of(experiment, folder);
    List<Slices> slices = slices(testFolds.get(0));
    double sum = 0;
    for (TestFold testFold : testFolds) {
      Path networks = testFold.fold().folder();
      print(testFold, "critic", verdicts(networks, "critic", slices));
      Verdicts free = verdicts(networks, "unconstrained-critic", slices);
      print(testFold, "unconstrained-critic", free);
      sum += free.scanner;
    }
    assertTrue(sum / testFolds.size() >= 0.9, "the bias is too weak: " + sum / testFolds.size());
  }

  private static void print(TestFold testFold, String network, Verdicts verdicts) {
    System.out.printf(
        Locale.ROOT,
        "%s, %s: accuracy %.3f, AUROC %.3f, scanner %.3f%n",
        testFold.fold().name(),
        network,
        verdicts.accuracy,
        verdicts.auroc,
        verdicts.scanner);
  }

  private static List<Slices> slices(TestFold testFold) {
    PreparationSettings settings = testFold.fold().config().data().preparation();
    Preprocessing preprocessing = settings.preprocessing();
    List<Slices> all = new ArrayList<>();
    for (Subject subject : testFold.cases()) {
      Subject.Loaded loaded = subject.load();
      PreparedScan scan = preprocessing.prepare(loaded.scan(), loaded.brain().voxels());
      SliceMasks truth = scan.toModel(loaded.lesion().voxels());
      boolean[] diseased = new boolean[scan.count()];
      for (int n = 0; n < diseased.length; n++) {
        diseased[n] = truth.diseased(n);
      }
      OtherScanner scanner = ((Subject.MadeUp) subject).scanner();
      boolean other = scanner.equals(settings.scanner(Pathology.GLIOMA));
      all.add(new Slices(scan.images(), scan.masks(), diseased, other));
    }
    return all;
  }

  private static Verdicts verdicts(Path networks, String network, List<Slices> slices) {
    Path file = networks.resolve(network + ".safetensors");
    List<Float> logits = new ArrayList<>();
    List<Boolean> diseased = new ArrayList<>();
    List<Float> free = new ArrayList<>();
    List<Boolean> other = new ArrayList<>();
    int right = 0;
    try (CriticAttribution critic = new CriticAttribution(file, VERDICT)) {
      for (Slices subject : slices) {
        float[] said = critic.logits(SliceImages.alone(subject.images, subject.brains, 0));
        for (int n = 0; n < said.length; n++) {
          logits.add(said[n]);
          diseased.add(subject.diseased[n]);
          right += (said[n] > 0) == subject.diseased[n] ? 1 : 0;
          if (!subject.diseased[n]) {
            free.add(said[n]);
            other.add(subject.other);
          }
        }
      }
    }
    return new Verdicts(
        right / (double) logits.size(), auroc(logits, diseased), auroc(free, other));
  }

  private static double auroc(List<Float> scores, List<Boolean> positive) {
    float[] values = new float[scores.size()];
    byte[] labels = new byte[values.length];
    for (int n = 0; n < values.length; n++) {
      values[n] = scores.get(n);
      labels[n] = (byte) (positive.get(n) ? 1 : 0);
    }
    return Ranking.auroc(values, labels);
  }
}
