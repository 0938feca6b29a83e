package dev.hale.model;

import dev.hale.engine.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a {@link FixedPointGenerator} learns against: a PatchGAN discriminator with two heads
 * (StarGAN; Choi et al., CVPR 2018), which says of every patch how real it looks, and of the image
 * which label it has. Convolutions of stride 2 with leaky ReLU and no norms, so that its gradient
 * penalty is one of each image alone. Immutable over its parameters.
 */
public final class PatchDiscriminator {
  /** What its parameters' names begin with. */
  public static final String NAME = "discriminator";

  private static final double LEAK = 0.01;

  private final FixedPointGanConfig config;
  private final List<FreeConvolution> levels = new ArrayList<>();
  private final FreeConvolution source;
  private final FreeConvolution domain;

  /**
   * What it says.
   *
   * @param realness of each patch, larger is more real, {@code [N, 1, h, w]}
   * @param domain log-odds of diseased against healthy, {@code [N]}
   */
  public record Verdict(Tensor realness, Tensor domain) {}

  /** A network over these parameters, among which others may be; they stay the caller's. */
  public PatchDiscriminator(FixedPointGanConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  private PatchDiscriminator(FixedPointGanConfig config, ParameterSource all) {
    this.config = config;
    ParameterSource parameters = all.in(NAME);
    int in = config.inChannels();
    int width = config.discriminatorFilters();
    for (int level = 0; level < config.discriminatorLevels(); level++) {
      levels.add(FreeConvolution.of(parameters.in("level." + level), in, width, 4, 2, 1));
      in = width;
      width *= 2;
    }
    int side = config.imageSize() >> config.discriminatorLevels();
    source = FreeConvolution.withoutBias(parameters.in("source"), in, 1, 3, 1, 1);
    domain = FreeConvolution.withoutBias(parameters.in("domain"), in, 1, side, 1, 0);
  }

  /**
   * A discriminator that learns nothing: gradients flow through it to the images, none to its
   * parameters.
   */
  public static PatchDiscriminator fixed(FixedPointGanConfig config, Parameters parameters) {
    return new PatchDiscriminator(
        config, (name, initialiser, shape) -> parameters.get(name).detach());
  }

  /**
   * Fresh parameters of a {@link FixedPointGenerator} and then those of its discriminator, random
   * as PyTorch would have them, by LibTorch's current seed.
   */
  public static Parameters initialiseBoth(FixedPointGanConfig config) {
    FreshParameters fresh = new FreshParameters();
    new FixedPointGenerator(config, fresh);
    new PatchDiscriminator(config, fresh);
    return fresh.parameters();
  }

  /**
   * Judges images.
   *
   * @param x {@code [N, C, S, S]} in [-1, 1], S the layout's image size
   */
  public Verdict forward(Tensor x) {
    Inputs.checkSize(config.inChannels(), config.imageSize(), x);
    Tensor h = x;
    for (FreeConvolution level : levels) {
      h = torch.leaky_relu(level.forward(h), new Scalar(LEAK));
    }
    return new Verdict(source.forward(h), domain.forward(h).flatten(0, -1));
  }
}
