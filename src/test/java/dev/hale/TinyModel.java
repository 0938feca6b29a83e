package dev.hale;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.CounterfactualSettings;
import dev.hale.detection.method.CounterfactualSettings.Chain;
import dev.hale.detection.method.Difference;
import dev.hale.detection.method.Methods;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.Prediction;
import dev.hale.diffusion.Variance;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.Engine;
import dev.hale.engine.Parameters;
import dev.hale.engine.SafeTensors;
import dev.hale.engine.Scope;
import dev.hale.model.Backbone;
import dev.hale.model.ClassifierConfig;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.FixedPointGanConfig;
import dev.hale.model.NetworkFile;
import dev.hale.model.NoisyClassifier;
import dev.hale.model.PatchDiscriminator;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import dev.hale.model.VaeConfig;
import dev.hale.model.VariationalAutoencoder;
import dev.hale.scan.Axis;
import dev.hale.scan.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A model folder with small random networks: quick, meaningless, and complete. */
public final class TinyModel {
  /** S of its images. */
  public static final int SIZE = 16;

  private static final double SPACING = 12;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyModel() {}

  /** Settings that take a moment. */
  public static CounterfactualSettings settings() {
    return new CounterfactualSettings(
        Chain.ALIGNED, 200, 2, "", 0, 30, 1, 0, Difference.ABSOLUTE, 1, ThresholdRule.OTSU);
  }

  /** Writes the model and answers with its folder, which is made. */
  public static Path write(Path folder, String... channels) throws IOException {
    Files.createDirectories(folder);
    Engine.seed(7);
    Backbone backbone =
        new Backbone(
            SIZE,
            channels.length,
            32,
            1,
            List.of(1.0, 1.0),
            List.of(2),
            1,
            0,
            true,
            false,
            false,
            0);
    UNetConfig unet = new UNetConfig(backbone, 3, false); // the third: no label
    ClassifierConfig classifier =
        new ClassifierConfig(backbone, ClassifierConfig.Pool.ATTENTION, 2);
    try (Parameters weights = UNet.initialise(unet)) {
      save(folder.resolve("diffusion.safetensors"), "unet", unet, weights, channels);
    }
    try (Parameters weights = NoisyClassifier.initialise(classifier)) {
      save(folder.resolve("classifier.safetensors"), "classifier", classifier, weights, channels);
    }
    DetectorConfig.unmeasured(Methods.named("counterfactual"), settings(), 99).write(folder);
    return folder;
  }

  /** Makes the diffusion network in a folder that {@link #write} made one of the lower levels. */
  public static Path lowerNoiseLevels(int levels, Path folder) {
    Path file = folder.resolve("diffusion.safetensors");
    try (NetworkFile network = NetworkFile.readUNet(file)) {
      ObjectNode config = network.config().deepCopy();
      config.putObject("training").put("noise_levels", levels);
      NetworkFile.write(file, network.parameters(), config);
    }
    return file;
  }

  /** Lets the scans of every network of a folder lack a channel. */
  public static void makeOptional(Path folder, String channel) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    for (Path file : files) {
      try (Checkpoint weights = SafeTensors.read(file)) {
        ObjectNode config = (ObjectNode) JSON.readTree(weights.metadata().get("config"));
        ((ObjectNode) config.get("preprocessing")).putArray("optionalChannels").add(channel);
        Map<String, String> described = Map.of("config", config.toString());
        SafeTensors.write(file, weights.tensors(), described);
      }
    }
  }

  /** Writes a critic into a folder, which is made, and answers with its file. */
  public static Path writeCritic(Path folder, String... channels) throws IOException {
    return writeCritic(folder, 0, channels);
  }

  /** Likewise, one that sees so many slices below and above each. */
  public static Path writeCritic(Path folder, int context, String... channels) throws IOException {
    return writeCritic(folder, context, 2, channels);
  }

  /** Likewise, with kernels in so many dimensions. */
  public static Path writeCritic(Path folder, int context, int dimensions, String... channels)
      throws IOException {
    int slices = 2 * context + 1;
    CriticConfig config =
        new CriticConfig(
            dimensions,
            dimensions == 3 ? channels.length : channels.length * slices,
            List.of(4, 8),
            4,
            2,
            false,
            true,
            CriticConfig.Pool.MEAN,
            dimensions == 3 ? slices : 0);
    Files.createDirectories(folder);
    Engine.seed(8);
    Path file = folder.resolve("critic.safetensors");
    try (Parameters weights = ConvCritic.initialise(config)) {
      save(file, "critic", config, weights, channels);
    }
    return file;
  }

  /** Writes a segmenter that sees so many slices below and above each into a folder. */
  public static Path writeSegmenter(Path folder, int context, String... channels) {
    Backbone backbone =
        new Backbone(
            SIZE,
            channels.length * (2 * context + 1),
            32,
            1,
            List.of(1.0, 1.0),
            List.of(),
            1,
            0,
            true,
            false,
            false,
            0);
    UNetConfig segmenter = new UNetConfig(backbone, 0, false);
    Path file = folder.resolve("segmenter.safetensors");
    try (Parameters weights = UNet.initialise(segmenter)) {
      save(file, "segmenter", segmenter, weights, channels);
    }
    return file;
  }

  /** Adds the networks of all other methods to a folder that {@link #write} made. */
  public static void writeAllNetworks(Path folder, String... channels) throws IOException {
    copy(folder, "classifier", "constrained-classifier");
    copy(folder, "diffusion", "healthy-diffusion");
    Path critic = writeCritic(folder, channels);
    Files.copy(critic, folder.resolve("unconstrained-critic.safetensors"));
    Engine.seed(9);
    VaeConfig vae = new VaeConfig(SIZE, channels.length, List.of(8, 8), 4, 1);
    try (Parameters weights = VariationalAutoencoder.initialise(vae)) {
      save(folder.resolve("vae.safetensors"), "vae", vae, weights, channels);
    }
    writeSegmenter(folder, 0, channels);
    FixedPointGanConfig gan = new FixedPointGanConfig(SIZE, channels.length, 4, 1, 4, 2);
    try (Parameters both = PatchDiscriminator.initialiseBoth(gan)) {
      Map<String, Tensor> own = new TreeMap<>(both.asMap());
      own.keySet().removeIf(name -> !name.startsWith("generator."));
      try (Parameters weights = Parameters.of(own)) {
        Path file = folder.resolve("fixed-point-gan.safetensors");
        save(file, "fixed-point-gan", gan, weights, channels);
      }
    }
  }

  private static void copy(Path folder, String from, String to) throws IOException {
    Files.copy(folder.resolve(from + ".safetensors"), folder.resolve(to + ".safetensors"));
  }

  private static void save(
      Path file, String architecture, Object network, Parameters weights, String... channels) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Tensor tensor : weights.values()) { // some begin as zeros, which would do nothing
        tensor.add_(torch.randn_like(tensor).mul(new Scalar(0.05)));
      }
    }
    ObjectNode config = NetworkFile.config(architecture, network);
    NetworkFile.put(
        config,
        "diffusion",
        new DiffusionSettings("linear", 1000, Prediction.EPSILON, Variance.FIXED_SMALL));
    NetworkFile.put(
        config, "preprocessing", new Preprocessing(List.of(channels), SIZE, SPACING, Axis.AXIAL));
    NetworkFile.write(file, weights, config);
  }
}
