package dev.hale.detection.method;

import dev.hale.detection.DetectorOptions;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.DiffusionSettings;
import dev.hale.diffusion.TimestepSpacing;
import dev.hale.engine.Device;
import dev.hale.engine.Parameters;
import dev.hale.engine.Precision;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.model.NetworkFile;
import dev.hale.model.UNet;
import dev.hale.model.UNetConfig;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * A diffusion network on its device, and what it was trained on.
 *
 * @param file where it was read
 * @param settings of the forward process
 * @param noiseLevels how many of its levels it was trained at, from 0; all where the file does not
 *     say
 * @param context how many slices below and above each the network denoises with it
 */
record DiffusionModel(
    Path file,
    UNet unet,
    DiffusionSettings settings,
    int noiseLevels,
    Preprocessing preprocessing,
    int context,
    Parameters owned)
    implements AutoCloseable {
  /** The class of healthy images. */
  static final int HEALTHY = 0;

  // What a worker's memory came to, in arrays of the first level's size, with U-Nets 32 and 64
  // channels wide of 96 to 192 pixels: 17 to 25 (docs/lab/many-cores.md).
  private static final long ARRAYS = 25;

  /** Opens a folder's network. */
  static DiffusionModel of(ModelFolder model, String name) {
    DetectorOptions options = model.options();
    DiffusionModel opened =
        model.open(
            name,
            "diffusionModelSha256",
            file -> read(file, options.device(), options.precision()));
    model.takes(ARRAYS * Float.BYTES * opened.unet.config().backbone().firstLevel());
    return opened;
  }

  /** Reads a network. */
  static DiffusionModel read(Path file, Device device, Precision precision) {
    try (NetworkFile network = NetworkFile.readUNet(file)) {
      DiffusionSettings settings = network.section("diffusion", DiffusionSettings.class);
      Preprocessing preprocessing = network.section("preprocessing", Preprocessing.class);
      UNetConfig config = network.section("network", UNetConfig.class);
      int context = Stacks.context(file, config.backbone().inChannels(), preprocessing);
      Parameters parameters = placeChannelsLast(network.parameters(), device, precision);
      int noiseLevels =
          network.config().at("/training/noise_levels").asInt(settings.trainingSteps());
      return new DiffusionModel(
          file,
          new UNet(config, parameters),
          settings,
          noiseLevels,
          preprocessing,
          context,
          parameters);
    }
  }

  /** A network's weights in the precision and on the device that they are wanted in. */
  static Parameters place(Parameters parameters, Device device, Precision precision) {
    try (Parameters cast = parameters.to(precision)) {
      return cast.to(device);
    }
  }

  /** As {@link #place}, channels last: convolutions are quicker, and normalisation is fused. */
  static Parameters placeChannelsLast(Parameters parameters, Device device, Precision precision) {
    try (Parameters placed = place(parameters, device, precision)) {
      return placed.channelsLast();
    }
  }

  /** Channels of what the network denoises, of all its slices. */
  int inChannels() {
    return unet.config().backbone().inChannels();
  }

  /**
   * Slices as the network takes them, with those around them, {@code [N, (2 context + 1) C, S, S]}
   * channels last.
   */
  Tensor stacked(SliceMethod.SliceBatch batch) {
    return channelsLast(batch.stacked(context));
  }

  /** Of what the network made the slices themselves, {@code [N, C, S, S]} channels last. */
  Tensor own(Tensor stacks) {
    int channels = preprocessing.channels().size();
    return context == 0
        ? stacks
        : channelsLast(stacks.narrow(1, (long) context * channels, channels));
  }

  /** Where channels of the slices themselves lie among those of all slices. */
  int[] own(int[] channels) {
    int before = context * preprocessing.channels().size();
    return IntStream.of(channels).map(channel -> before + channel).toArray();
  }

  /** The network, told that all of these images are of a class, where it is told classes at all. */
  Denoiser denoiser(Tensor x, int label) {
    int classes = unet.config().numClasses();
    if (classes == 0) {
      return (image, timesteps) -> forward(image, timesteps, null);
    }
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "class %d is not one of the %d that %s was trained with".formatted(label, classes, file));
    }
    Tensor labels = everywhere(label, x);
    return (image, timesteps) -> forward(image, timesteps, labels);
  }

  /** The same label, level or timestep for each of the images, {@code [N]} int64, beside them. */
  static Tensor everywhere(long value, Tensor x) {
    return torch
        .full(new long[] {x.size(0)}, new Scalar(value))
        .to(x.device(), torch.ScalarType.Long);
  }

  /**
   * The same values channels last, as the network takes them. What a sampler makes of them lies in
   * memory as they do: no step has to rearrange anything.
   */
  static Tensor channelsLast(Tensor x) {
    return x.contiguous(MemoryFormat.ChannelsLast);
  }

  private Tensor forward(Tensor image, Tensor timesteps, Tensor labels) {
    try (Span span = Trace.span("U-Net, rest")) {
      return unet.forward(channelsLast(image), timesteps, labels);
    }
  }

  /** S levels of the training chain, the last of them L - 1. */
  DiffusionChain chainUpTo(int noiseLevel, int steps) {
    requireLevel(noiseLevel);
    return new DiffusionChain(settings.noiseSchedule(), TimestepSpacing.upTo(noiseLevel, steps));
  }

  void requireLevel(int noiseLevel) {
    if (noiseLevel > settings.trainingSteps()) {
      throw new IllegalArgumentException(
          "noise level %d exceeds the model's %d training steps"
              .formatted(noiseLevel, settings.trainingSteps()));
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
