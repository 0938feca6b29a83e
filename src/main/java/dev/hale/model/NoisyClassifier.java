package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.StopSign;
import dev.hale.model.ClassifierConfig.Pool;
import dev.hale.model.Layer.Context;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The classifier of noisy images that guides the diffusion: the downward half of the ADM U-Net and
 * a pooling (Dhariwal and Nichol 2021). Immutable over its parameters; safe to call from several
 * threads.
 */
public final class NoisyClassifier {
  private final ClassifierConfig config;
  private final TimestepEmbedding timeEmbedding;
  private final Encoder encoder;
  private final Norm outNorm;
  private final AttentionPool attentionPool;
  private final Convolution outConvolution;

  /** A network over these parameters; they stay the caller's. */
  public NoisyClassifier(ClassifierConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  private NoisyClassifier(ClassifierConfig config, ParameterSource source) {
    this.config = config;
    Backbone backbone = config.backbone();
    timeEmbedding =
        TimestepEmbedding.of(
            source.in("time_embed"), backbone.modelChannels(), backbone.embeddingChannels());
    encoder = Encoder.of(source, backbone);
    int channels = encoder.outChannels();
    outNorm = Norm.of(source.in("out.0"), channels);
    if (config.pool() == Pool.ATTENTION) {
      attentionPool =
          AttentionPool.of(
              source.in("out.2"),
              backbone.imageSize() / backbone.totalStride(),
              channels,
              backbone.headsFor(channels),
              config.numClasses());
      outConvolution = null;
    } else {
      attentionPool = null;
      ParameterSource out = source.in("out.3");
      outConvolution =
          new Convolution(
              out.take("weight", Initialiser.ZEROS, config.numClasses(), channels, 1, 1),
              out.take("bias", Initialiser.ZEROS, config.numClasses()),
              1,
              1);
    }
  }

  /** Names and shapes of the parameters that a network of this layout has. */
  public static Map<String, long[]> shapes(ClassifierConfig config) {
    ShapeRecorder recorder = new ShapeRecorder();
    new NoisyClassifier(config, recorder);
    return recorder.shapes();
  }

  /** Fresh parameters, random as PyTorch would have them, by LibTorch's current seed. */
  public static Parameters initialise(ClassifierConfig config) {
    FreshParameters fresh = new FreshParameters();
    new NoisyClassifier(config, fresh);
    return fresh.parameters();
  }

  public ClassifierConfig config() {
    return config;
  }

  /**
   * Logits {@code [N, classes]}.
   *
   * @param x noisy images {@code [N, C, H, W]}, H and W multiples of the total stride; with
   *     attention pooling exactly the layout's image size
   * @param timesteps {@code [N]} int64, steps of the unrespaced chain
   */
  public Tensor forward(Tensor x, Tensor timesteps) {
    return forward(x, timesteps, null);
  }

  /**
   * As {@link #forward(Tensor, Tensor)}, in training.
   *
   * @param pass how; null for a call that is none of a training
   */
  public Tensor forward(Tensor x, Tensor timesteps, TrainingPass pass) {
    return pass == null
        ? forward(x, timesteps, null, null)
        : forward(x, timesteps, pass.dropout(), pass.cuts());
  }

  /**
   * The gradient of a score at the images, and of nothing else: quicker than to record {@link
   * #forward(Tensor, Tensor)}, for normalisations are differentiated by a native kernel and
   * features lie channels last.
   *
   * @param score a number, from logits {@code [N, classes]}
   * @return ∂score/∂x {@code [N, C, H, W]}, channels last
   * @throws IllegalStateException if the parameters require gradients, which would be added to
   */
  public Tensor inputGradient(Tensor x, Tensor timesteps, UnaryOperator<Tensor> score) {
    if (outNorm.weight().requires_grad()) {
      throw new IllegalStateException(
          "the classifier is in training: its parameters need gradients");
    }
    try (Scope scope = new Scope();
        AutoGradMode recording = new AutoGradMode(true)) {
      Tensor input = x.detach().contiguous(MemoryFormat.ChannelsLast).requires_grad_(true);
      CutGraph cuts = new CutGraph();
      cuts.backward(score.apply(forward(input, timesteps, null, cuts)));
      return scope.keep(input.grad());
    }
  }

  private Tensor forward(Tensor x, Tensor timesteps, GeneratorOptional dropout, CutGraph cuts) {
    StopSign.heed();
    Inputs.check(config.backbone(), x, timesteps);
    int side = config.backbone().imageSize();
    if (attentionPool != null && (x.size(2) != side || x.size(3) != side)) {
      throw new IllegalArgumentException(
          "image of %d×%d: attention pooling ties this classifier to %d×%d"
              .formatted(x.size(2), x.size(3), side, side));
    }
    Context context = Context.of(torch.silu(timeEmbedding.forward(timesteps)), dropout, cuts);
    Tensor input = x.to(encoder.scalarType());
    Tensor h = outNorm.silu(encoder.forward(input, context, null), cuts);
    Tensor logits =
        attentionPool != null
            ? attentionPool.forward(h)
            : outConvolution
                .forward(torch.adaptive_avg_pool2d(h, 1, 1))
                .reshape(h.size(0), config.numClasses());
    return logits.to(x.scalar_type());
  }
}
