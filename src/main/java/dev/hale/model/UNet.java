package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.StopSign;
import dev.hale.model.Layer.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The ADM U-Net (Dhariwal and Nichol 2021, "Diffusion models beat GANs"), parameter names as in the
 * reference so that its checkpoints load. Immutable over its parameters; safe to call from several
 * threads.
 */
public final class UNet {
  private final UNetConfig config;
  private final TimestepEmbedding timeEmbedding;
  private final Tensor labelEmbedding;
  private final Encoder encoder;
  private final List<List<Layer>> decoder;
  private final Norm outNorm;
  private final Convolution outConvolution;

  /** A network over these parameters; they stay the caller's. */
  public UNet(UNetConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  private UNet(UNetConfig config, ParameterSource source) {
    this.config = config;
    Backbone backbone = config.backbone();
    int embedding = backbone.embeddingChannels();
    timeEmbedding =
        TimestepEmbedding.of(source.in("time_embed"), backbone.modelChannels(), embedding);
    labelEmbedding =
        config.numClasses() == 0
            ? null
            : source.take("label_emb.weight", Initialiser.NORMAL, config.numClasses(), embedding);
    encoder = Encoder.of(source, backbone);
    decoder = new ArrayList<>();
    List<Integer> skips = new ArrayList<>(encoder.blockChannels());
    int channels = encoder.outChannels();
    for (int level = backbone.channelMult().size() - 1; level >= 0; level--) {
      for (int i = 0; i <= backbone.numResBlocks(); i++) {
        ParameterSource block = source.in("output_blocks." + decoder.size());
        List<Layer> layers = new ArrayList<>();
        int in = channels + skips.remove(skips.size() - 1);
        channels = backbone.channels(level);
        layers.add(ResidualBlock.of(block.in("0"), in, channels, backbone, Resample.NONE));
        if (backbone.attentionResolutions().contains(1 << level)) {
          layers.add(AttentionBlock.of(block.in("1"), channels, backbone));
        }
        if (level > 0 && i == backbone.numResBlocks()) {
          layers.add(upsampling(block.in(String.valueOf(layers.size())), channels, backbone));
        }
        decoder.add(layers);
      }
    }
    outNorm = Norm.of(source.in("out.0"), channels);
    outConvolution = Convolution.zero3x3(source.in("out.2"), channels, config.outChannels());
  }

  private static Layer upsampling(ParameterSource source, int channels, Backbone backbone) {
    if (backbone.resblockUpdown()) {
      return ResidualBlock.of(source, channels, channels, backbone, Resample.DOUBLE);
    }
    Convolution convolution = Convolution.of(source.in("conv"), channels, channels, 3, 1);
    return (x, context) -> convolution.forward(Resample.DOUBLE.apply(x));
  }

  /** Names and shapes of the parameters that a network of this layout has. */
  public static Map<String, long[]> shapes(UNetConfig config) {
    ShapeRecorder recorder = new ShapeRecorder();
    new UNet(config, recorder);
    return recorder.shapes();
  }

  /** Fresh parameters, random as PyTorch would have them, by LibTorch's current seed. */
  public static Parameters initialise(UNetConfig config) {
    FreshParameters fresh = new FreshParameters();
    new UNet(config, fresh);
    return fresh.parameters();
  }

  public UNetConfig config() {
    return config;
  }

  /**
   * The network's output.
   *
   * @param x noisy images {@code [N, C, H, W]}, H and W multiples of the total stride
   * @param timesteps {@code [N]} int64, steps of the unrespaced chain
   * @param labels {@code [N]} int64 classes, or null; needed exactly when the layout has classes
   * @return {@code [N, C or 2C, H, W]}: the prediction, then, where learned, the variance
   */
  public Tensor forward(Tensor x, Tensor timesteps, Tensor labels) {
    return forward(x, timesteps, labels, null);
  }

  /**
   * As {@link #forward(Tensor, Tensor, Tensor)}, in training.
   *
   * @param pass how; null for a call that is none of a training
   */
  public Tensor forward(Tensor x, Tensor timesteps, Tensor labels, TrainingPass pass) {
    StopSign.heed();
    Inputs.check(config.backbone(), x, timesteps);
    Inputs.checkLabels(config.numClasses(), x, labels);
    Tensor embedding = timeEmbedding.forward(timesteps);
    if (labels != null) {
      embedding = embedding.add(torch.embedding(labelEmbedding, labels));
    }
    Context context = Context.of(torch.silu(embedding), pass);
    List<Tensor> skips = new ArrayList<>();
    Tensor h = encoder.forward(x.to(outConvolution.weight().scalar_type()), context, skips);
    for (List<Layer> block : decoder) {
      try (Scope scope = new Scope();
          Tensor below = h;
          Tensor skip = skips.remove(skips.size() - 1)) {
        Tensor joined = torch.cat(new TensorVector(below, skip), 1);
        h = scope.keep(Encoder.run(block, joined, context));
      }
    }
    return outConvolution.forward(outNorm.silu(h, context.cuts())).to(x.scalar_type());
  }
}
