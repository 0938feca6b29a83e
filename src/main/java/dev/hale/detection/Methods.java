package dev.hale.detection;

import dev.hale.detection.CounterfactualSettings.Chain;
import dev.hale.diffusion.Guidance;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.kernels.Kernels;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** Opens each method's networks from a model folder, and puts the method together. */
final class Methods {
  private final Path folder;
  private final DetectorConfig config;
  private final DetectorOptions options;
  private final Kernels kernels;
  private final ChainCache cache;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Map<String, String> provenance = new LinkedHashMap<>();

  private Methods(
      Path folder,
      DetectorConfig config,
      DetectorOptions options,
      Kernels kernels,
      ChainCache cache) {
    this.folder = folder;
    this.config = config;
    this.options = options;
    this.kernels = kernels;
    this.cache = cache;
  }

  /**
   * The method of a configuration.
   *
   * @throws CheckpointException if a network is missing, damaged or does not fit
   * @throws IllegalArgumentException if the settings are not possible with these networks
   */
  static SliceMethod open(
      Path folder,
      DetectorConfig config,
      DetectorOptions options,
      Kernels kernels,
      ChainCache cache) {
    Methods methods = new Methods(folder, config, options, kernels, cache);
    try {
      return methods.open();
    } catch (RuntimeException e) {
      methods.free();
      throw e;
    }
  }

  private SliceMethod open() {
    return switch (config.method()) {
      case COUNTERFACTUAL -> counterfactual(settings(), "classifier.safetensors");
      case COMBINED_GUIDANCE -> counterfactual(settings(), "constrained-classifier.safetensors");
      case CLASSIFIER_FREE -> classifierFree(settings());
      case DDPM -> ancestral(settings(), "diffusion.safetensors", true);
      case RECONSTRUCTION -> ancestral(settings(), "healthy-diffusion.safetensors", false);
      case ATTRIBUTION -> critic("critic.safetensors", (AttributionSettings) config.settings());
      case ATTRIBUTION_UNCONSTRAINED ->
          critic("unconstrained-critic.safetensors", (AttributionSettings) config.settings());
      case COMBINED_GATE -> gated((GateSettings) config.settings());
      case COMBINED_FUSION -> fused((FusionSettings) config.settings());
      case COMBINED_REGENERATION -> regenerated((RegenerationSettings) config.settings());
      case VAE -> translated("vae.safetensors", Translation::vae);
      case FIXED_POINT_GAN -> translated("fixed-point-gan.safetensors", Translation::fixedPointGan);
      case INTENSITY -> throw new IllegalArgumentException("intensity runs without a model");
    };
  }

  private CounterfactualSettings settings() {
    return (CounterfactualSettings) config.settings();
  }

  private DifferenceMethod counterfactual(CounterfactualSettings settings, String classifier) {
    return counterfactual(model("diffusion.safetensors"), settings, classifier);
  }

  private DifferenceMethod counterfactual(
      DiffusionModel model, CounterfactualSettings settings, String classifier) {
    Guidance guidance = guidance(model, settings, classifier);
    return decoded(model, settings, Steering.classifier(model, guidance, settings.guidanceEvery()));
  }

  private DifferenceMethod classifierFree(CounterfactualSettings settings) {
    DiffusionModel model = model("diffusion.safetensors");
    if (model.unet().config().numClasses() == 0
        || settings.encodingLabel() == DiffusionModel.HEALTHY) {
      throw new IllegalArgumentException(
          "classifier-free guidance needs a network that is told classes, and an encoding label"
              + " other than 0: 2 (no label) or 1 (diseased)");
    }
    return decoded(
        model,
        settings,
        Steering.classifierFree(model, settings.encodingLabel(), settings.guidance()));
  }

  private DifferenceMethod gated(GateSettings settings) {
    requireMeasured("gate level is", settings.gateLevel());
    DiffusionModel model = model("diffusion.safetensors");
    Guidance guidance = guidance(model, settings.counterfactual(), "classifier.safetensors");
    CriticMap critic = critic("critic.safetensors", settings.attribution());
    provenance.putAll(critic.provenance());
    provenance.put("gateLevel", String.valueOf(settings.gateLevel()));
    provenance.put("attributionSmoothing", String.valueOf(settings.attribution().smoothing()));
    DifferenceMethod method =
        decoded(
            model,
            settings.counterfactual(),
            new AttributionGate(model, guidance, critic, settings));
    FusedMaps.requireSameImages(method, critic);
    return method;
  }

  private FusedMaps fused(FusionSettings settings) {
    return fused(
        settings,
        model("diffusion.safetensors"),
        critic("critic.safetensors", settings.attribution()));
  }

  private FusedMaps fused(FusionSettings settings, DiffusionModel model, CriticMap critic) {
    requireMeasured("weight of fusion is", settings.counterfactualWeight());
    DifferenceMethod difference =
        counterfactual(model, settings.counterfactual(), "classifier.safetensors");
    return new FusedMaps(difference, critic, settings);
  }

  private RegeneratedMaps regenerated(RegenerationSettings settings) {
    requireMeasured("levels of regeneration are", settings.levels());
    DiffusionModel model = model("diffusion.safetensors");
    CriticMap critic = critic("critic.safetensors", settings.attribution());
    CounterfactualSettings parent = settings.counterfactual();
    return new RegeneratedMaps(
        fused(settings.fusion(), model, critic),
        critic,
        new Regeneration(model, settings.chain(), parent.encodingLabel(), kernels),
        settings,
        parent.difference().channels(model.preprocessing().channels()),
        options.device());
  }

  private void requireMeasured(String what, Object valueOrNull) {
    if (valueOrNull == null) {
      throw new CheckpointException(
          "%s: no %s stored with the model; run hale calibrate --method %s"
              .formatted(folder, what, config.method()));
    }
  }

  private DifferenceMethod decoded(
      DiffusionModel model, CounterfactualSettings settings, Steering steering) {
    String network =
        "%s, %s, %s"
            .formatted(
                provenance.get("diffusionModelSha256"), options.precision(), options.device());
    HealthyImages images = new Counterfactual(model, settings, steering, kernels, cache, network);
    provenance.put("chain", Names.of(settings.chain()));
    provenance.put("calls", String.valueOf(images.steps() / 2));
    provenance.put("encodingLabel", String.valueOf(settings.encodingLabel()));
    return difference(model, settings, images);
  }

  private DifferenceMethod ancestral(
      CounterfactualSettings settings, String network, boolean guided) {
    if (settings.chain() != Chain.ALIGNED) {
      throw new IllegalArgumentException(
          "%s has one chain only; leave out wolleb-2022".formatted(config.method()));
    }
    if (settings.calls() != 0) {
      throw new IllegalArgumentException(
          "%s draws at random and calls its network in every step; leave out calls"
              .formatted(config.method()));
    }
    DiffusionModel model = model(network);
    Guidance guidance = guided ? guidance(model, settings, "classifier.safetensors") : null;
    return difference(
        model,
        settings,
        new AncestralDecoding(
            model,
            settings,
            Steering.classifier(model, guidance, settings.guidanceEvery()),
            kernels));
  }

  private DifferenceMethod difference(
      DiffusionModel model, CounterfactualSettings settings, HealthyImages images) {
    provenance.put("noiseLevel", String.valueOf(settings.noiseLevel()));
    provenance.put("steps", String.valueOf(settings.steps()));
    provenance.put("guidance", String.valueOf(settings.guidance()));
    provenance.put("guidanceEvery", String.valueOf(settings.guidanceEvery()));
    provenance.put("difference", Names.of(settings.difference()));
    return new DifferenceMethod(
        model.preprocessing(),
        images,
        settings.difference(),
        options.device(),
        provenance,
        this::free);
  }

  private DifferenceMethod translated(
      String name, BiFunction<Path, DetectorOptions, Translation> read) {
    Path file = folder.resolve(name);
    Translation network = read.apply(file, options);
    opened.push(network);
    Difference difference = ((TranslationSettings) config.settings()).difference();
    provenance.put("networkSha256", Fingerprint.sha256(file));
    provenance.put("difference", Names.of(difference));
    return new DifferenceMethod(
        network.preprocessing(), network, difference, options.device(), provenance, this::free);
  }

  private DiffusionModel model(String name) {
    Path file = folder.resolve(name);
    DiffusionModel model = DiffusionModel.read(file, options.device(), options.precision());
    opened.push(model);
    provenance.put("diffusionModelSha256", Fingerprint.sha256(file));
    return model;
  }

  /** The classifier's gradient; null, and the classifier not needed, where nothing is guided. */
  private Guidance guidance(DiffusionModel model, CounterfactualSettings settings, String name) {
    if (settings.guidance() == 0) {
      return null;
    }
    Path file = folder.resolve(name);
    GuidingClassifier classifier =
        GuidingClassifier.read(file, model, options.device(), options.precision());
    opened.push(classifier);
    provenance.put("classifierSha256", Fingerprint.sha256(file));
    return classifier.towardsHealthy();
  }

  private CriticMap critic(String name, AttributionSettings settings) {
    CriticMap critic = new CriticMap(folder.resolve(name), settings, options);
    opened.push(critic);
    return critic;
  }

  private void free() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // closing weights throws nothing checked
      }
    }
  }
}
