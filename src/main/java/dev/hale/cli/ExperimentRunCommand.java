package dev.hale.cli;

import dev.hale.app.experiment.Experiment;
import dev.hale.app.experiment.ExperimentConfig;
import dev.hale.app.experiment.TrainedMethods;
import dev.hale.app.experiment.report.Estimate;
import dev.hale.app.experiment.report.ExperimentResult;
import dev.hale.app.experiment.report.MethodSummary;
import dev.hale.app.experiment.report.Metric;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an experiment, or what of it is not finished yet. */
@Command(
    name = "run",
    header = "run an experiment, or what of it is not finished yet",
    description = {
      "Trains each method that is not trained yet, detects in each test subject that has no result"
          + " yet, and writes results.json, results.md and report.html. It may be stopped or killed"
          + " at any moment: the same command goes on where it was.",
      "",
      "No mask is read for training or for a threshold; the oracle's Dice, which does look, stands"
          + " apart."
    },
    footer = {
      "  hale experiment run experiments/phantom-ms.yaml",
      "  Within minutes, with small networks and few subjects:",
      "    hale experiment run experiments/phantom-ms.yaml --quick",
      "  A variant of its training, in a folder of its own:",
      "    hale experiment run experiments/phantom-bias.yaml --set critic.constraint.weight=0.1"
          + " --out out/experiments/bias-weak"
    })
final class ExperimentRunCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Output output;
  @Mixin DeviceOption device;

  @Parameters(
      paramLabel = "FILE",
      description = "The experiment, a YAML file such as those in experiments/.")
  Path file;

  @Option(names = "--quick", description = "Run its small version, the section quick.")
  boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where data, models and results go. Default: out/experiments/NAME, with --quick"
              + " out/experiments/NAME-quick.")
  Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Puts a value, as YAML, in the place of the training configuration's, such as"
              + " critic.constraint.weight=0.1; may be given often, and wants its own --out.")
  List<String> overrides = List.of();

  @Mixin ThreadsOption threads;

  @Override
  public Integer call() {
    if (!overrides.isEmpty() && out == null) {
      throw new ParameterException(
          spec.commandLine(), "a variant by --set wants a folder of its own: --out DIR");
    }
    ExperimentConfig read = ExperimentConfig.read(file);
    ExperimentConfig config = overrides.isEmpty() ? read : read.with(overrides);
    threads.apply();
    Path folder = out == null ? Experiment.defaultFolder(config, quick) : out;
    Experiment experiment =
        new Experiment(config, quick, folder, new TrainedMethods(device.named()), commandLine());
    ExperimentResult result;
    List<String> warnings;
    try (ExperimentProgress progress = new ExperimentProgress(output)) {
      result = experiment.run(progress);
      warnings = progress.warnings();
    }
    output.print(document(result, folder, warnings), () -> text(result, folder));
    return ExitCode.OK.code();
  }

  private String commandLine() {
    return "hale experiment run %s%s%s%s%s"
        .formatted(
            file,
            quick ? " --quick" : "",
            overrides.stream().map(value -> " --set " + value).collect(Collectors.joining()),
            out == null ? "" : " --out " + out,
            device.named().isCuda() ? " --device " + device.name : "");
  }

  private static Map<String, Object> document(
      ExperimentResult result, Path folder, List<String> warnings) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("folder", folder);
    document.put("report", folder.resolve("report.html"));
    document.put("methods", result.methods().stream().map(ExperimentRunCommand::numbers).toList());
    document.put("images", result.images());
    document.put("comparisons", result.comparisons());
    document.put("warnings", warnings);
    return document;
  }

  private static Map<String, Object> numbers(MethodSummary summary) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("method", summary.method());
    summary
        .metrics()
        .forEach(
            (metric, estimate) -> numbers.put(metric.name().toLowerCase(Locale.ROOT), estimate));
    numbers.put("slice_dice", summary.sliceDice());
    numbers.put("slice_auroc", summary.sliceAuroc());
    return numbers;
  }

  private static String text(ExperimentResult result, Path folder) {
    Table table = result.hasKnownLesions() ? lesions(result) : images(result);
    return "%s%nWrote %s".formatted(table, folder.resolve("report.html"));
  }

  /** Of images of which only the label is known. */
  private static Table images(ExperimentResult result) {
    Table table = new Table("method", "slice AUROC", "lower", "upper");
    for (MethodSummary method : result.methods()) {
      Estimate auroc = method.sliceAuroc();
      table.row(
          method.method(), number(auroc.value()), number(auroc.lower()), number(auroc.upper()));
    }
    return table;
  }

  private static Table lesions(ExperimentResult result) {
    List<Metric> shown =
        List.of(Metric.DICE, Metric.AUROC, Metric.AUPRC, Metric.LESION_F1, Metric.ORACLE_DICE);
    Table table = new Table("method", "Dice", "AUROC", "AUPRC", "lesion F1", "oracle Dice");
    for (MethodSummary method : result.methods()) {
      Object[] row = new Object[shown.size() + 1];
      row[0] = method.method();
      for (int m = 0; m < shown.size(); m++) {
        row[m + 1] = number(method.metrics().get(shown.get(m)).value());
      }
      table.row(row);
    }
    return table;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }
}
