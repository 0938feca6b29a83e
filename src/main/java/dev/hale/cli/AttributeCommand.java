package dev.hale.cli;

import dev.hale.app.detect.AttributionRecord;
import dev.hale.app.detect.BatchAttribution;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.io.ScanFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Attributes scans: files and folders in, a folder with a map for each scan out. */
@Command(
    name = "attribute",
    header = "map what makes a critic call scans diseased",
    description = {
      "Finds the scans among the INPUTs, as hale detect does, and writes a folder for each into"
          + " --out: attribution.nii.gz, how much each voxel pushes the critic towards diseased"
          + " (above 0) or healthy (below), summed over channels, on the scan's own grid (float32);"
          + " attribution.json, the probability that each slice is diseased, and what made the map.",
      "",
      "A folder of results appears whole or not at all. A scan that fails does not stop the others;"
          + " it is listed at the end, and the exit status is 6, or 3 where every scan failed.",
      "",
      "With --json: an array with an object a scan, of name, folder, warnings (of scan and brain"
          + " mask), error, slices, probabilities and provenance."
    },
    footer = {
      "  One subject, a folder with FLAIR.nii.gz, T1.nii.gz, …:",
      "    hale attribute --model model subject/ --out out",
      "  Against healthy slices of the training set:",
      "    hale attribute --model model subject/ --out out --method expected-gradients"
          + " --references out/data/phantom-ms"
    })
final class AttributeCommand implements Callable<Integer> {
  private static final int DEFAULT_STEPS = 32;
  private static final int MOST_REFERENCES = 64;

  @Spec CommandSpec spec;

  @Mixin ScanInputs inputs;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description = "The critic: a file, or a folder with critic.safetensors.")
  Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where each scan gets a folder of its name.")
  Path out;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "gradient",
      description =
          "gradient, gradient-x-input, integrated-gradients, expected-gradients or smoothgrad."
              + " Default: ${DEFAULT-VALUE}.")
  AttributionMethod method;

  @Option(
      names = "--score",
      paramLabel = "NAME",
      defaultValue = "logit",
      description =
          "What is attributed: the critic's logit, or places, where each place of its output map"
              + " counts by its own probability of disease, whatever the others show."
              + " Default: ${DEFAULT-VALUE}.")
  CriticScore score;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Gradients a slice, for the methods that take several. Default: " + DEFAULT_STEPS + ".")
  Integer steps;

  @Option(
      names = "--references",
      paramLabel = "SET",
      description =
          "For expected-gradients: a prepared set, whose healthy training slices are what scans are"
              + " held against. Default: an image of zeros.")
  Path references;

  @Option(
      names = "--smoothing",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description =
          "Standard deviation, in the model's pixels, of a Gaussian blur inside the brain."
              + " Default: ${DEFAULT-VALUE}.")
  double smoothing;

  @Option(names = "--overwrite", description = "Replace results that are there.")
  boolean overwrite;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Slices at a time. Default: ${DEFAULT-VALUE}.")
  int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of what a method draws at random. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Mixin DeviceOption device;

  @Mixin ThreadsOption threads;

  @Mixin Output output;

  @Override
  public Integer call() {
    inputs.check();
    CriticAttribution.Settings settings = settings();
    threads.apply();
    try (CriticAttribution critic = new CriticAttribution(model, settings)) {
      float[][] images =
          references == null
              ? new float[0][]
              : BatchAttribution.references(critic, references, MOST_REFERENCES);
      List<ScanFiles> scans =
          inputs.find(critic.preprocessing().wanted(), out, AttributionRecord::isIn, output);
      BatchAttribution attribution =
          new BatchAttribution(critic, inputs.brains(scans, output), images, out, overwrite);
      List<AttributionRecord> records;
      try (AttributionProgress progress = new AttributionProgress(output, scans.size())) {
        records = attribution.run(scans, progress);
      }
      return print(records);
    }
  }

  private CriticAttribution.Settings settings() {
    boolean several =
        method != AttributionMethod.GRADIENT && method != AttributionMethod.GRADIENT_X_INPUT;
    if (steps != null && !several) {
      throw usage("--steps is for methods of several gradients, %s takes one".formatted(method));
    }
    if (references != null && method != AttributionMethod.EXPECTED_GRADIENTS) {
      throw usage("--references is for expected-gradients, not for %s".formatted(method));
    }
    int gradients = several ? DEFAULT_STEPS : 1;
    if (steps != null) {
      gradients = steps;
    }
    try {
      return new CriticAttribution.Settings(
          method, score, gradients, false, smoothing, batch, seed, device.named());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private int print(List<AttributionRecord> records) {
    output.print(records, () -> table(records));
    List<AttributionRecord> failures =
        records.stream().filter(record -> record.error() != null).toList();
    output.warn(records.stream().flatMap(record -> record.warnings().stream()));
    failures.forEach(
        failure -> output.error("%s failed: %s".formatted(failure.name(), failure.error())));
    if (failures.isEmpty()) {
      return ExitCode.OK.code();
    }
    return (failures.size() < records.size() ? ExitCode.PARTIAL : ExitCode.DATA).code();
  }

  private static String table(List<AttributionRecord> records) {
    Table table = new Table("scan", "slices", "diseased", "worst slice", "probability", "folder");
    for (AttributionRecord record : records) {
      int worst = record.worst();
      table.row(
          record.name(),
          record.slices().size(),
          record.diseased(),
          worst < 0 ? null : record.slices().get(worst),
          worst < 0 ? null : "%.3f".formatted(record.probabilities().get(worst)),
          record.folder());
    }
    return table.toString();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
