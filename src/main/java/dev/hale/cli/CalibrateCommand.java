package dev.hale.cli;

import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.train.Calibration;
import dev.hale.app.train.CalibrationSearch;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.Methods;
import dev.hale.evaluation.LabelCriterion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a model folder's detector settings, with a threshold that needs no lesion mask. */
@Command(
    name = "calibrate",
    header = "set how a trained model detects, and its label-free threshold",
    description = {
      "Measures the anomaly map on healthy slices, of the validation split unless"
          + " calibration.split says otherwise, and stores a percentile of it over their brains in"
          + " the model's detector.json, with the settings that it was measured with: those of the"
          + " configuration's section \"calibration\". With calibration.threshold=image-labels it"
          + " also measures diseased slices, and stores the threshold that the labels speak for:"
          + " where the share of marked voxels in diseased slices most exceeds that in healthy"
          + " ones.",
      "With --search, or --try, it first chooses settings, by image labels alone:"
          + " one key after the other with each of its values, keeping what --criterion likes"
          + " best. All trials are printed; what is chosen is stored like any other."
    },
    footer = {
      "  hale calibrate configs/phantom-glioma.yaml --model model",
      "  hale calibrate configs/phantom-glioma.yaml --model model"
          + " --set calibration.guidance=100 --set calibration.smoothing=0",
      "  hale calibrate mine.yaml --model model --method combined-fusion --search",
      "  hale calibrate mine.yaml --model a --method attribution --try model=a,b"
          + " --try calibration.attribution.smoothing=1,2,3"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ConfigOptions config;
  @Mixin DeviceOption device;
  @Mixin PrecisionOption precision;
  @Mixin ThreadsOption threads;
  @Mixin Output output;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with the method's networks, such as diffusion.safetensors.")
  Path model;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      converter = MethodName.class,
      completionCandidates = MethodName.Candidates.class,
      description =
          "A method to set up beside the model's own, in detector-NAME.json: ${COMPLETION-CANDIDATES}."
              + " Default: counterfactual, as the model's own in detector.json.")
  DetectionMethod<?> method;

  @Option(names = "--search", description = "Choose how wide maps are smoothed, by image labels.")
  boolean search;

  @Option(
      names = "--try",
      paramLabel = "KEY=VALUES",
      converter = SearchAxis.class,
      description =
          "Choose among values, separated by commas, of a key below calibration, or of model:"
              + " folders with networks. May be given often; in the place of what --search tries.")
  List<CalibrationSearch.Axis> axes = List.of();

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      description =
          "What a choice is made by: ${COMPLETION-CANDIDATES}. Default: the ranks by deletion and"
              + " by index, summed.")
  Optional<LabelCriterion> criterion = Optional.empty();

  @Option(
      names = "--masks",
      description =
          "Beside each trial, tell what the set's lesion masks say of it, which chooses nothing.")
  boolean masks;

  @Override
  public Integer call() {
    TrainingConfig settings = config.read();
    CalibrationSettings calibration = settings.calibration();
    LearnedMethod<?> chosen = chosen();
    threads.apply();
    DetectorOptions where = precision.on(device.named());
    if (search || !axes.isEmpty()) {
      return search(settings, chosen, where);
    }
    Calibration.requireNetworks(model, chosen, calibration, where);
    DetectorConfig measured;
    List<String> warnings;
    Calibration.Rows rows;
    try (PreparedSet set = PreparedData.open(settings.data(), output)) {
      warnings = set.warnings();
      rows = Calibration.rows(set, chosen, calibration);
      ChainCache chains = ChainCache.quarterOfHeap();
      try (Progress progress = output.progress("Calibrating", rows.count(), "slices")) {
        measured =
            Calibration.measure(
                    model, chosen, calibration, set, rows, where, chains, progress::moveTo)
                .config();
      }
    }
    Path file = method == null ? measured.write(model) : measured.writeBeside(model);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model);
    result.put("method", measured.method().name());
    result.put("slices", rows.healthy().size());
    result.put("diseasedSlices", rows.diseased().size());
    result.put("healthyPercentile", calibration.percentile());
    result.put("healthyThreshold", measured.healthyThreshold());
    result.put("imageLabelThreshold", measured.imageLabelThreshold());
    result.put("warnings", warnings);
    output.print(result, () -> said(measured, rows) + " Wrote " + file);
    return ExitCode.OK.code();
  }

  private int search(TrainingConfig settings, LearnedMethod<?> chosen, DetectorOptions where) {
    List<CalibrationSearch.Axis> tried = axes.isEmpty() ? CalibrationSearch.USUAL : axes;
    int most = 1 + tried.stream().mapToInt(axis -> axis.values().size()).sum();
    try (PreparedSet set = PreparedData.open(settings.data(), output)) {
      CalibrationSearch trying =
          new CalibrationSearch(
              chosen, more -> config.readWith(more).calibration(), set, where, masks);
      List<CalibrationSearch.Trial> trials;
      try (Progress progress = output.progress("Searching", most, "settings")) {
        trials = trying.run(model, tried, criterion, trial -> progress.advance(1));
      }
      SearchReport report = new SearchReport(trials, criterion, trying.rows());
      DetectorConfig best = report.best().config();
      Path folder = report.best().model();
      Path file = method == null ? best.write(folder) : best.writeBeside(folder);
      output.print(report.document(file), () -> report.text(file));
    }
    return ExitCode.OK.code();
  }

  private LearnedMethod<?> chosen() {
    try {
      return Methods.learned(method == null ? "counterfactual" : method.name());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--method " + e.getMessage());
    }
  }

  private static String said(DetectorConfig measured, Calibration.Rows rows) {
    String percentile =
        "Percentile %s over the brain of %d healthy slices is %.4g."
            .formatted(
                measured.healthyPercentile(), rows.healthy().size(), measured.healthyThreshold());
    return measured.imageLabelThreshold() == null
        ? percentile
        : "%s With %d diseased slices, image labels speak for %.4g."
            .formatted(percentile, rows.diseased().size(), measured.imageLabelThreshold());
  }
}
