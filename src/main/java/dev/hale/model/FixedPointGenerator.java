package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.StopSign;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The generator of Fixed-Point GAN (Siddiquee et al., ICCV 2019, arXiv 1908.06965): it shows an
 * image as it would look with another label, and leaves one that has the label already as it is, so
 * that the difference to "healthy" is the lesion.
 *
 * <p>Laid out as published, after StarGAN (Choi et al., CVPR 2018): 7×7 convolution, two
 * convolutions of stride 2, residual blocks, two transposed convolutions, 7×7 convolution; instance
 * norms and ReLU between them. What comes out is added to the image and goes through tanh. The
 * label enters as one further channel, 0 for healthy and 1 for diseased. Immutable over its
 * parameters; safe to call from several threads.
 */
public final class FixedPointGenerator {
  /** What its parameters' names begin with. */
  public static final String NAME = "generator";

  private final FixedPointGanConfig config;
  private final List<Part> parts = new ArrayList<>();
  private final FreeConvolution out;

  private interface Part {
    Tensor forward(Tensor x);
  }

  /** A network over these parameters, among which others may be; they stay the caller's. */
  public FixedPointGenerator(FixedPointGanConfig config, Parameters parameters) {
    this(config, (name, initialiser, shape) -> parameters.get(name));
  }

  FixedPointGenerator(FixedPointGanConfig config, ParameterSource all) {
    this.config = config;
    ParameterSource source = all.in(NAME);
    int width = config.generatorFilters();
    FreeConvolution first =
        FreeConvolution.withoutBias(source.in("in.conv"), config.inChannels() + 1, width, 7, 1, 3);
    add(first::forward, instanceNorm(source.in("in.norm"), width));
    for (int level = 0; level < 2; level++) {
      ParameterSource part = source.in("down." + level);
      FreeConvolution halving =
          FreeConvolution.withoutBias(part.in("conv"), width, 2 * width, 4, 2, 1);
      width *= 2;
      add(halving::forward, instanceNorm(part.in("norm"), width));
    }
    for (int block = 0; block < config.residualBlocks(); block++) {
      parts.add(residual(source.in("residual." + block), width));
    }
    for (int level = 0; level < 2; level++) {
      ParameterSource part = source.in("up." + level);
      DoublingConvolution doubling = DoublingConvolution.of(part.in("conv"), width, width / 2);
      width /= 2;
      add(doubling::forward, instanceNorm(part.in("norm"), width));
    }
    out = FreeConvolution.withoutBias(source.in("out"), width, config.inChannels(), 7, 1, 3);
  }

  private static GroupNorm instanceNorm(ParameterSource source, int channels) {
    return GroupNorm.of(source, channels, channels);
  }

  private void add(Part convolution, GroupNorm norm) {
    parts.add(x -> torch.relu(norm.forward(convolution.forward(x))));
  }

  private static Part residual(ParameterSource source, int width) {
    FreeConvolution first = FreeConvolution.withoutBias(source.in("conv1"), width, width, 3, 1, 1);
    GroupNorm firstNorm = instanceNorm(source.in("norm1"), width);
    FreeConvolution second = FreeConvolution.withoutBias(source.in("conv2"), width, width, 3, 1, 1);
    GroupNorm secondNorm = instanceNorm(source.in("norm2"), width);
    return x -> {
      Tensor h = torch.relu(firstNorm.forward(first.forward(x)));
      return x.add(secondNorm.forward(second.forward(h)));
    };
  }

  /** Names and shapes of the parameters that a network of this layout has. */
  public static Map<String, long[]> shapes(FixedPointGanConfig config) {
    ShapeRecorder recorder = new ShapeRecorder();
    new FixedPointGenerator(config, recorder);
    return recorder.shapes();
  }

  /** Fresh parameters, random as PyTorch would have them, by LibTorch's current seed. */
  public static Parameters initialise(FixedPointGanConfig config) {
    FreshParameters fresh = new FreshParameters();
    new FixedPointGenerator(config, fresh);
    return fresh.parameters();
  }

  public FixedPointGanConfig config() {
    return config;
  }

  /**
   * The images with other labels (Siddiquee et al. 2019, section 3): tanh(x + G(x, y)).
   *
   * @param x {@code [N, C, S, S]} in [-1, 1], S the layout's image size
   * @param labels {@code [N]} int64, 0 for healthy and 1 for diseased
   * @return like {@code x}, in (-1, 1)
   */
  public Tensor forward(Tensor x, Tensor labels) {
    StopSign.heed();
    Inputs.checkSize(config.inChannels(), config.imageSize(), x);
    Inputs.checkLabels(2, x, labels);
    Tensor input = x.to(out.weight().scalar_type());
    Tensor plane = torch.zeros_like(input.narrow(1, 0, 1)).add(labels.view(-1, 1, 1, 1));
    Tensor h = torch.cat(new TensorVector(input, plane), 1);
    for (Part part : parts) {
      h = part.forward(h);
    }
    return torch.tanh(input.add(out.forward(h))).to(x.scalar_type());
  }

  /**
   * The images as they would look with one label. Owned by the current scope.
   *
   * @param x {@code [N, C, S, S]} in [-1, 1]
   * @param label 0 for healthy, 1 for diseased
   * @return like {@code x}, in (-1, 1)
   */
  public Tensor translate(Tensor x, int label) {
    try (Scope scope = new Scope()) {
      Tensor labels =
          torch
              .full(new long[] {x.size(0)}, new Scalar(label))
              .to(x.device(), torch.ScalarType.Long);
      return scope.keep(forward(x, labels));
    }
  }
}
