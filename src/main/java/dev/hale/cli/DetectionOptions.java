package dev.hale.cli;

import dev.hale.Hale;
import dev.hale.detection.AnomalyDetector;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.CounterfactualSettings.Chain;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.DiffusionBased;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Sampled;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options of every command that opens a model to detect with it. */
public final class DetectionOptions {
  private static final String OWN = " Default: the model's own.";

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      converter = MethodName.class,
      completionCandidates = MethodName.Candidates.class,
      description =
          "How to detect: ${COMPLETION-CANDIDATES}. All but intensity must have been set up with"
              + " hale calibrate."
              + OWN)
  DetectionMethod<?> method;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      converter = PresetName.class,
      description =
          "aligned: the model's settings, on a chain that returns the input where nothing guides"
              + " it. wolleb-2022: the published method and chain (noise level 500 in 500 steps,"
              + " guidance 100, absolute difference over all channels, not smoothed, Otsu)."
              + " Options below go before it."
              + OWN)
  Chain preset;

  @Option(
      names = "--noise-level",
      paramLabel = "L",
      description = "How far the image is encoded to noise, in training steps." + OWN)
  Integer noiseLevel;

  @Option(
      names = "--steps",
      paramLabel = "S",
      description = "Steps of DDIM each way, at most the noise level; fewer are faster." + OWN)
  Integer steps;

  @Option(
      names = "--calls",
      paramLabel = "N",
      description =
          "In how many of these steps the network is called; between calls the noise is"
              + " interpolated. Half of the steps make nearly the same map in half the time."
              + " Not for ddpm and reconstruction, which draw at random. Default: the model's own;"
              + " with --steps or --noise-level, all.")
  Integer calls;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      description = "How strongly decoding is steered towards healthy; 0 for not at all." + OWN)
  Double guidance;

  @Option(
      names = "--guidance-every",
      paramLabel = "K",
      description =
          "Compute the classifier's gradient once in K network calls of decoding and use it again"
              + " in between; more is faster."
              + OWN)
  Integer guidanceEvery;

  @Option(
      names = "--samples",
      paramLabel = "K",
      description =
          "How many healthy images combined-regeneration, dif-fuse, or combined-segmenter where it"
              + " heals, makes of a slice; their mean is shown, their spread is the uncertainty."
              + OWN)
  Integer samples;

  @Option(
      names = "--threshold",
      paramLabel = "RULE",
      description =
          "otsu: Otsu's on each scan's map. healthy: the value stored with the model, a percentile"
              + " over healthy slices. image-labels: the value stored with the model that the labels"
              + " of healthy and diseased slices speak for. half: one half, where the map is a"
              + " probability (combined-segmenter)."
              + OWN)
  ThresholdRule threshold;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Slices at a time, of one scan or several; the last batch is filled up with copies."
              + " Default: 4, on a GPU 16.")
  Integer batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of what a method draws at random. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Mixin PrecisionOption precision;

  @Mixin DeviceOption device;

  @Mixin ThreadsOption threads;

  @Mixin WorkersOption workers;

  static final class PresetName implements ITypeConverter<Chain> {
    @Override
    public Chain convert(String name) {
      return switch (name) {
        case "aligned" -> Chain.ALIGNED;
        case "wolleb-2022" -> Chain.WOLLEB_2022;
        default ->
            throw new TypeConversionException(
                "expected aligned or wolleb-2022 but was '%s'".formatted(name));
      };
    }
  }

  /**
   * Opens a model folder as the options say.
   *
   * @param model null where no model was named, which few methods can do without
   */
  AnomalyDetector open(Path model) {
    int count = workers.count(command);
    threads.apply();
    return open(model, count);
  }

  /** As {@link #open(Path)}, with that many workers on the threads that LibTorch has now. */
  public AnomalyDetector open(Path model, int workers) {
    int slices = batchSize();
    DetectorConfig config = config(model);
    try {
      return Hale.open(
          model,
          config.withSettings(changed(config)),
          new DetectorOptions(device.named(), precision.precision, slices, seed, workers));
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  /** Slices at a time. */
  int batchSize() {
    if (batch != null && batch < 1) {
      throw usage("--batch is %d, must be at least 1".formatted(batch));
    }
    return batch == null ? DetectorOptions.on(device.named()).batchSize() : batch;
  }

  private DetectorConfig config(Path model) {
    if (method != null && method.withoutModel().isPresent()) {
      return DetectorConfig.withoutModel(method);
    }
    if (model == null) {
      throw usage("Missing required option: '--model=DIR'");
    }
    return method == null ? DetectorConfig.read(model) : DetectorConfig.read(model, method);
  }

  private boolean changesChain() {
    return preset != null
        || noiseLevel != null
        || steps != null
        || calls != null
        || guidance != null
        || guidanceEvery != null;
  }

  private MethodSettings changed(DetectorConfig config) {
    MethodSettings settings = config.settings();
    if (settings instanceof DiffusionBased own) {
      settings = own.withCounterfactual(settings(own.counterfactual()));
    } else if (changesChain()) {
      throw usage(
          ("--preset, --noise-level, --steps, --calls, --guidance and --guidance-every are for"
                  + " methods that encode a slice and decode it; %s does not")
              .formatted(config.method().name()));
    }
    if (samples != null) {
      if (!(settings instanceof Sampled own)) {
        throw usage(
            ("--samples is for combined-regeneration, combined-segmenter and dif-fuse; %s makes one"
                    + " healthy image at most")
                .formatted(config.method().name()));
      }
      settings = own.withSamples(samples);
    }
    return threshold == null ? settings : settings.withThreshold(threshold);
  }

  private CounterfactualSettings settings(CounterfactualSettings own) {
    CounterfactualSettings settings = own;
    if (preset != null) {
      settings =
          preset == Chain.ALIGNED
              ? own.withChain(Chain.ALIGNED)
              : CounterfactualSettings.wolleb2022();
    }
    if (noiseLevel != null || steps != null) {
      settings =
          settings.withNoiseLevelAndSteps(
              noiseLevel == null ? settings.noiseLevel() : noiseLevel,
              steps == null ? settings.steps() : steps);
    }
    if (calls != null) {
      settings = settings.withCalls(calls);
    }
    if (guidance != null) {
      settings = settings.withGuidance(guidance);
    }
    if (guidanceEvery != null) {
      settings = settings.withGuidanceEvery(guidanceEvery);
    }
    return settings;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
