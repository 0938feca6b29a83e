package dev.hale.cli;

import dev.hale.app.demo.Demo;
import dev.hale.app.demo.PathologyResult;
import dev.hale.data.phantom.Pathology;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.method.BundledModel;
import dev.hale.io.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows on phantoms what hale does, and how well. */
@Command(
    name = "demo",
    header = "find lesions in phantom patients and score the result",
    description = {
      "Makes phantom patients that the bundled model never saw, detects their lesions, and prints a"
          + " table: Dice at the label-free threshold, the best Dice that any threshold could reach"
          + " (oracle), AUROC and average precision over brain voxels, means over subjects. Beside"
          + " it, the same for plain thresholding of FLAIR. Writes a picture.",
    },
    footer = {"  hale demo", "  hale demo --json --seed 2"})
final class DemoCommand implements Callable<Integer> {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Spec CommandSpec command;

  @Mixin Output output;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model folder trained on phantoms. Default: the bundled model.")
  Path model;

  @Option(
      names = "--subjects",
      paramLabel = "N",
      defaultValue = "3",
      description = "Test subjects of each pathology." + DEFAULT)
  int subjects;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which test subjects; different seeds share none." + DEFAULT)
  long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out/demo",
      description = "Where the picture goes." + DEFAULT)
  Path out;

  @Mixin DeviceOption device;

  @Mixin ThreadsOption threads;

  @Mixin WorkersOption workers;

  @Override
  public Integer call() throws IOException {
    DetectorOptions options =
        DetectorOptions.on(device.named()).withWorkers(workers.count(command));
    threads.apply();
    Folders.make(out);
    Demo.Result result;
    Path picture = out.resolve("montage.png");
    try (BundledModel bundled = model == null ? BundledModel.extract(BundledModel.DEMO) : null) {
      Path folder = model == null ? bundled.folder() : model;
      try (SliceDetector detector =
          new SliceDetector(folder, DetectorConfig.read(folder), options)) {
        Demo demo = new Demo(detector, subjects, seed);
        try (Progress progress = output.progress("Detecting", demo.slices(), "slices")) {
          double[] reported = {0};
          result =
              demo.run(
                  done -> {
                    progress.advance(done - reported[0]);
                    reported[0] = done;
                  });
        }
        demo.writeMontage(picture);
      }
    }
    output.print(document(result, picture), () -> text(result, picture));
    return ExitCode.OK.code();
  }

  private Map<String, Object> document(Demo.Result result, Path picture) {
    Map<String, Object> document = new LinkedHashMap<>();
    result.pathologies().forEach((pathology, scores) -> document.put(name(pathology), scores));
    document.put("slicesPerSecond", result.slices() / result.seconds());
    document.put("seed", seed);
    document.put("montage", picture);
    return document;
  }

  private static String name(Pathology pathology) {
    return pathology.name().toLowerCase(Locale.ROOT);
  }

  private String text(Demo.Result result, Path picture) {
    Table table = new Table("pathology", "method", "Dice", "oracle Dice", "AUROC", "AUPRC");
    for (Map.Entry<Pathology, PathologyResult> entry : result.pathologies().entrySet()) {
      PathologyResult scores = entry.getValue();
      table.row(
          name(entry.getKey()),
          "hale",
          number(scores.dice()),
          number(scores.oracleDice()),
          number(scores.auroc()),
          number(scores.auprc()));
      table.row(
          "",
          "FLAIR threshold",
          number(scores.intensityBaseline().dice()),
          number(scores.intensityBaseline().oracleDice()),
          number(scores.intensityBaseline().auroc()),
          number(scores.intensityBaseline().auprc()));
    }
    return "%s%d subjects of each, %d slices, %.1f slices/s, seed %d%nPicture: %s"
        .formatted(
            table, subjects, result.slices(), result.slices() / result.seconds(), seed, picture);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
