package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.StopSign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The convolutional critic of Wargnier-Dauchelle et al. (IEEE TMI 2023): strided convolutions, each
 * followed by LeakyReLU(0.2) and, but for the first, an affine instance norm; a last convolution to
 * one channel, whose mean over the output map (or {@link CriticConfig.Pool another pooling}) is the
 * logit, above 0 for diseased. Immutable over its parameters; safe to call from several threads.
 *
 * <p>A monotonic critic (Wargnier-Dauchelle et al., Pattern Recognition 2025, 160:111186) is a free
 * encoder followed by a network that no feature of the encoder can push towards healthy. The paper
 * leaves open where the one ends; here the first half of the strided convolutions, rounded up, is
 * free. The other convolutions use w²/(√(w²+β²)+β), β = 0.001, in the place of each weight w, and
 * have no norm, because one that subtracts a mean is not monotonic.
 */
public final class ConvCritic {
  private static final double SLOPE = 0.2;
  private static final double EPSILON = 1e-5;
  private static final double BETA = 1e-3;

  private final CriticConfig config;
  private final List<Block> blocks;

  /** A convolution with what follows it; {@code normWeight} and {@code normBias} may be null. */
  private record Block(
      Tensor weight,
      Tensor bias,
      int stride,
      boolean positive,
      Tensor normWeight,
      Tensor normBias) {}

  /** A network over these parameters; they stay the caller's. */
  public ConvCritic(CriticConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  private ConvCritic(CriticConfig config, ParameterSource source) {
    this.config = config;
    blocks = new ArrayList<>();
    int in = config.channels();
    for (int layer = 0; layer <= config.filters().size(); layer++) {
      boolean last = layer == config.filters().size();
      int out = last ? 1 : config.filters().get(layer);
      ParameterSource features = source.in("conv%d.features".formatted(layer + 1));
      boolean normed = !last && config.isNormed(layer);
      blocks.add(
          block(
              features, in, out, last ? 1 : config.stride(), layer >= config.freeLayers(), normed));
      in = out;
    }
  }

  private Block block(
      ParameterSource features, int in, int out, int stride, boolean positive, boolean normed) {
    long[] shape = new long[config.dimensions() + 2];
    Arrays.fill(shape, config.kernel());
    if (config.stack() > 0) {
      shape[2] = CriticConfig.DEPTH;
    }
    shape[0] = out;
    shape[1] = in;
    long fanIn = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    Initialiser usual = Initialiser.fanIn(fanIn);
    ParameterSource convolution = features.in("0");
    ParameterSource norm = features.in("2");
    return new Block(
        convolution.take("weight", positive ? averaging(fanIn) : usual, shape),
        convolution.take("bias", usual, out),
        stride,
        positive,
        normed ? norm.take("weight", Initialiser.ONES, out) : null,
        normed ? norm.take("bias", Initialiser.ZEROS, out) : null);
  }

  /** Positive weights whose mean is 1 / fanIn, so that a fresh layer averages its features. */
  private static Initialiser averaging(long fanIn) {
    return shape -> {
      Tensor positive = torch.rand(shape).mul_(new Scalar(2.0 / fanIn));
      return positive.square().add_(positive, new Scalar(2 * BETA)).sqrt_(); // positive(w) undone
    };
  }

  /** Names and shapes of the parameters that a network of this layout has. */
  public static Map<String, long[]> shapes(CriticConfig config) {
    ShapeRecorder recorder = new ShapeRecorder();
    new ConvCritic(config, recorder);
    return recorder.shapes();
  }

  /** Fresh parameters, random as PyTorch would have them, by LibTorch's current seed. */
  public static Parameters initialise(CriticConfig config) {
    FreshParameters fresh = new FreshParameters();
    new ConvCritic(config, fresh);
    return fresh.parameters();
  }

  public CriticConfig config() {
    return config;
  }

  /**
   * One logit an image, above 0 for diseased: the pooled output map.
   *
   * @param x images {@code [N, C, H, W]}, volumes {@code [N, C, D, H, W]} or stacks of D slices
   *     {@code [N, D C, H, W]} from the lowest up, in [-1, 1]
   * @return {@code [N]}
   */
  public Tensor forward(Tensor x) {
    return pooled(outputMap(x), config.pool()).to(x.scalar_type());
  }

  /** {@code [N]} of a map {@code [N, 1, …]}. */
  static Tensor pooled(Tensor map, CriticConfig.Pool pool) {
    Tensor flat = map.flatten(1, -1);
    return pool == CriticConfig.Pool.MEAN
        ? flat.mean(new long[] {1})
        : flat.logsumexp(1).sub(new Scalar(Math.log((double) flat.size(1))));
  }

  /**
   * The map that is pooled into the logit.
   *
   * @return {@code [N, 1, h, w]} or {@code [N, 1, d, h, w]}
   */
  public Tensor outputMap(Tensor x) {
    StopSign.heed();
    check(x);
    Tensor h = volume(x).to(blocks.get(0).weight().scalar_type());
    for (Block block : blocks.subList(0, blocks.size() - 1)) {
      h = torch.leaky_relu(convolve(block, h), new Scalar(SLOPE));
      h = block.normWeight() == null ? h : instanceNorm(block, h);
    }
    return convolve(blocks.get(blocks.size() - 1), h);
  }

  /** {@code [N, C, D, H, W]} of a stack, all else as it is. */
  private Tensor volume(Tensor x) {
    return config.stack() == 0
        ? x
        : x.unflatten(1, new long[] {config.stack(), config.channels()})
            .transpose(1, 2)
            .contiguous();
  }

  private void check(Tensor x) {
    int spatial = (int) x.dim() - 2;
    if (spatial != config.sides() || x.size(1) != config.inChannels()) {
      throw new IllegalArgumentException(
          "channels differ: the critic expects %d spatial dimensions and %d channels, input has %d and %d"
              .formatted(
                  config.sides(),
                  config.inChannels(),
                  Math.max(0, spatial),
                  x.dim() > 1 ? x.size(1) : 0));
    }
    long[] sides = new long[spatial];
    for (int d = 0; d < spatial; d++) {
      sides[d] = x.size(d + 2);
    }
    config.requireFits(sides);
  }

  private Tensor convolve(Block block, Tensor h) {
    Tensor weight = block.positive() ? positive(block.weight()) : block.weight();
    long[] strides = new long[config.dimensions()];
    long[] padding = strides.clone();
    Arrays.fill(strides, block.stride());
    Arrays.fill(padding, config.padding());
    if (config.stack() > 0) {
      strides[0] = 1;
      padding[0] = CriticConfig.DEPTH / 2;
    }
    return Convolutions.convolve(h, weight, block.bias(), strides, padding);
  }

  /** w²/(√(w²+β²)+β), which is √(w²+β²) - β: a smooth |w|. */
  private static Tensor positive(Tensor weight) {
    Tensor square = weight.square();
    Tensor root = square.add(new Scalar(BETA * BETA)).sqrt();
    return square.div(root.add(new Scalar(BETA)));
  }

  /** An instance norm is a group norm of one channel a group. */
  private static Tensor instanceNorm(Block block, Tensor h) {
    return Norm.normalise(h, h.size(1), block.normWeight(), block.normBias(), EPSILON);
  }
}
