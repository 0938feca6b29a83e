package dev.hale.benchmarks;

import dev.hale.app.detect.BatchDetection;
import dev.hale.app.detect.BrainSource;
import dev.hale.app.detect.DetectionOutcome;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.Methods;
import dev.hale.engine.Device;
import dev.hale.engine.Precision;
import dev.hale.io.Nifti;
import dev.hale.io.ScanFiles;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Slices a second of whole scans, from file to file: a folder of phantoms in one batch, and the
 * same scans one by one. The two run in turn; the median of the rounds' ratios counts.
 */
public final class Throughput {
  private Throughput() {}

  /**
   * Measures.
   *
   * @param args model folder, scans, steps each way, rounds, slices at a time; then, where it is
   *     not float32 on the CPU, precision and device
   */
  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    Path folder = Files.createTempDirectory("throughput");
    List<ScanFiles> scans = phantoms(folder, Integer.parseInt(args[1]));
    DetectorConfig config = DetectorConfig.read(model, Methods.named("counterfactual"));
    CounterfactualSettings settings = (CounterfactualSettings) config.settings();
    config =
        config.withSettings(
            settings.withNoiseLevelAndSteps(settings.noiseLevel(), Integer.parseInt(args[2])));
    double[] ratios = new double[Integer.parseInt(args[3])];
    Precision precision = args.length > 5 ? Precision.parse(args[5]) : Precision.FLOAT32;
    Device device = args.length > 6 ? Device.parse(args[6]) : Device.CPU;
    try (AnomalyDetector detector =
        new SliceDetector(
            model, config, new DetectorOptions(device, precision, Integer.parseInt(args[4]), 1))) {
      rate(detector, scans, folder); // the first is slower
      for (int round = 0; round < ratios.length; round++) {
        double slices = 0;
        double seconds = 0;
        for (ScanFiles scan : scans) {
          double[] one = rate(detector, List.of(scan), folder);
          slices += one[0];
          seconds += one[1];
        }
        double[] batch = rate(detector, scans, folder);
        ratios[round] = batch[0] / batch[1] / (slices / seconds);
        System.out.printf(
            Locale.ROOT,
            "one by one %.2f slices/s, in a batch %.2f, ratio %.3f%n",
            slices / seconds,
            batch[0] / batch[1],
            ratios[round]);
      }
    }
    Arrays.sort(ratios);
    int last = ratios.length - 1;
    System.out.printf(
        Locale.ROOT,
        "median ratio %.3f, quartiles %.3f to %.3f%n",
        ratios[last / 2],
        ratios[last / 4],
        ratios[last - last / 4]);
  }

  /** Slices and seconds. */
  private static double[] rate(AnomalyDetector detector, List<ScanFiles> scans, Path folder) {
    long start = System.nanoTime();
    List<DetectionOutcome> outcomes =
        new BatchDetection(
                detector, new BrainSource.Background(), folder.resolve("out"), true, new Strict())
            .run(scans);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new double[] {outcomes.stream().mapToInt(DetectionOutcome::slices).sum(), seconds};
  }

  private static List<ScanFiles> phantoms(Path folder, int count) throws IOException {
    List<ScanFiles> scans = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Scan scan = Phantom.subject(Pathology.GLIOMA, n).scan();
      Path subject = Files.createDirectories(folder.resolve("subject" + n));
      List<Path> files = new ArrayList<>();
      for (int c = 0; c < scan.channels().size(); c++) {
        Path file = subject.resolve(scan.channels().get(c) + ".nii.gz");
        Nifti.writeMap(file, scan.grid(), scan.channel(c));
        files.add(file);
      }
      scans.add(new ScanFiles("subject" + n, scan.channels(), files, ""));
    }
    return scans;
  }

  private static final class Strict implements BatchDetection.Listener {
    @Override
    public void onSlices(int scan, double done, int total) {}

    @Override
    public void onSkipped(DetectionOutcome outcome, List<String> differences) {}

    @Override
    public void onFailure(String name, Throwable error) {
      throw new IllegalStateException(name, error);
    }
  }
}
