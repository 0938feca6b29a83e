package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.StopSign;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A variational autoencoder (Kingma and Welling, ICLR 2014): learnt on healthy images alone, it can
 * reproduce nothing else, so that what it fails to reproduce is a lesion (Chen and Konukoglu 2018).
 *
 * <p>Laid out as the dense VAE of Baur et al. (Medical Image Analysis 2021): 5×5 convolutions of
 * stride 2 with leaky ReLU, a 1×1 convolution to 16 channels, a dense latent code, and the way
 * back. Two choices differ: norms are over groups instead of batches, so that an image's result
 * depends on no other, and upsampling is by nearest neighbour and a convolution. Immutable over its
 * parameters; safe to call from several threads.
 */
public final class VariationalAutoencoder {
  private static final int BOTTLENECK = 16;
  private static final double LEAK = 0.3;

  private final VaeConfig config;
  private final List<Block> down = new ArrayList<>();
  private final Convolution narrow;
  private final Linear posterior;
  private final Linear expand;
  private final Convolution widen;
  private final List<Block> up = new ArrayList<>();
  private final Convolution out;

  /** A convolution, a norm and a leaky ReLU. */
  private record Block(Convolution convolution, GroupNorm norm) {
    static Block of(ParameterSource source, int in, int out, int stride) {
      return new Block(
          Convolution.of(source.in("conv"), in, out, 5, stride),
          GroupNorm.of(source.in("norm"), out, VaeConfig.GROUPS));
    }

    Tensor forward(Tensor x) {
      return torch.leaky_relu(norm.forward(convolution.forward(x)), new Scalar(LEAK));
    }
  }

  /**
   * The normal distribution q(z | x) of each image's latent code, {@code [N, latentSize]} each.
   *
   * @param mean μ
   * @param logVariance log σ², in float32
   */
  public record Posterior(Tensor mean, Tensor logVariance) {
    /** μ + σ ε (Kingma and Welling 2014, section 2.4); {@code noise} is ε, shaped like the mean. */
    public Tensor sample(Tensor noise) {
      return mean.add(logVariance.mul(new Scalar(0.5)).exp().mul(noise));
    }

    /**
     * The divergence from the standard normal prior in nats, {@code [N]}: ½ Σ (μ² + σ² − 1 − log
     * σ²) (Kingma and Welling 2014, appendix B).
     */
    public Tensor kl() {
      Tensor terms =
          mean.square().add(logVariance.exp()).sub(logVariance).sub(new Scalar(1), new Scalar(1.0));
      return terms.sum(1).mul(new Scalar(0.5));
    }
  }

  /** A network over these parameters; they stay the caller's. */
  public VariationalAutoencoder(VaeConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  private VariationalAutoencoder(VaeConfig config, ParameterSource source) {
    this.config = config;
    int channels = config.inChannels();
    for (int width : config.filters()) {
      down.add(Block.of(source.in("encoder." + down.size()), channels, width, 2));
      channels = width;
    }
    int code = BOTTLENECK * side() * side();
    narrow = Convolution.of(source.in("encoder.out"), channels, BOTTLENECK, 1, 1);
    posterior = Linear.of(source.in("posterior"), code, 2 * config.latentSize());
    expand = Linear.of(source.in("decoder.in"), config.latentSize(), code);
    widen = Convolution.of(source.in("decoder.widen"), BOTTLENECK, channels, 1, 1);
    for (int level = config.filters().size() - 1; level >= 0; level--) {
      int width = config.filters().get(Math.max(0, level - 1));
      up.add(Block.of(source.in("decoder." + up.size()), channels, width, 1));
      channels = width;
    }
    out = Convolution.of(source.in("out"), channels, config.inChannels(), 1, 1);
  }

  private int side() {
    return config.imageSize() / config.totalStride();
  }

  /** Names and shapes of the parameters that a network of this layout has. */
  public static Map<String, long[]> shapes(VaeConfig config) {
    ShapeRecorder recorder = new ShapeRecorder();
    new VariationalAutoencoder(config, recorder);
    return recorder.shapes();
  }

  /** Fresh parameters, random as PyTorch would have them, by LibTorch's current seed. */
  public static Parameters initialise(VaeConfig config) {
    FreshParameters fresh = new FreshParameters();
    new VariationalAutoencoder(config, fresh);
    return fresh.parameters();
  }

  public VaeConfig config() {
    return config;
  }

  /**
   * Where images lie in the latent space.
   *
   * @param x {@code [N, C, S, S]} in [-1, 1], S the layout's image size
   */
  public Posterior encode(Tensor x) {
    StopSign.heed();
    Inputs.checkSize(config.inChannels(), config.imageSize(), x);
    Tensor h = x.to(out.weight().scalar_type());
    for (Block block : down) {
      h = block.forward(h);
    }
    Tensor code = narrow.forward(h).contiguous().flatten(1, -1);
    Tensor both = posterior.forward(code).to(torch.ScalarType.Float);
    int size = config.latentSize();
    return new Posterior(both.narrow(1, 0, size), both.narrow(1, size, size));
  }

  /**
   * Images of latent codes.
   *
   * @param latent {@code [N, latentSize]}
   * @return {@code [N, C, S, S]} float32, about in [-1, 1]
   */
  public Tensor decode(Tensor latent) {
    Tensor code = expand.forward(latent.to(out.weight().scalar_type()));
    Tensor h = widen.forward(code.reshape(latent.size(0), BOTTLENECK, side(), side()));
    for (Block block : up) {
      h = block.forward(Resample.DOUBLE.apply(h));
    }
    return out.forward(h).to(torch.ScalarType.Float);
  }

  /**
   * The healthy image nearest to each: the one of the posterior mean. Owned by the current scope.
   *
   * @param x {@code [N, C, S, S]} in [-1, 1]
   * @return like {@code x}, float32
   */
  public Tensor reconstruct(Tensor x) {
    try (Scope scope = new Scope()) {
      return scope.keep(decode(encode(x).mean()));
    }
  }
}
