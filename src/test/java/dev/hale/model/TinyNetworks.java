package dev.hale.model;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Layouts small enough for tests, and weights for them by a rule that gives the same numbers
 * everywhere, so that no weight file is needed.
 */
public final class TinyNetworks {
  private TinyNetworks() {}

  /** Two levels of 32 and 64 channels, attention at the deeper one, scale-shift norm. */
  public static Backbone backbone(int imageSize, int channels) {
    return new Backbone(
        imageSize, channels, 32, 1, List.of(1.0, 2.0), List.of(2), 2, 0, true, false, false, 0);
  }

  /** Three levels of 32 channels, total stride 4, residual blocks that change the resolution. */
  public static Backbone threeLevels(int imageSize, int channels) {
    return new Backbone(
        imageSize,
        channels,
        32,
        1,
        List.of(1.0, 1.0, 1.0),
        List.of(4),
        1,
        16,
        false,
        true,
        true,
        0);
  }

  public static Backbone withDropout(Backbone backbone, double dropout) {
    return new Backbone(
        backbone.imageSize(),
        backbone.inChannels(),
        backbone.modelChannels(),
        backbone.numResBlocks(),
        backbone.channelMult(),
        backbone.attentionResolutions(),
        backbone.numHeads(),
        backbone.numHeadChannels(),
        backbone.useScaleShiftNorm(),
        backbone.resblockUpdown(),
        backbone.useNewAttentionOrder(),
        dropout);
  }

  /**
   * Weights of these shapes from {@link Random}, whose algorithm the Java specification fixes:
   * parameter j is drawn with seed j, uniform with a spread that keeps activations of order one. No
   * layer is zero, as some are in a fresh network.
   */
  public static Parameters byFormula(Map<String, long[]> shapes) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = new Scope()) {
      shapes.forEach(
          (name, shape) -> tensors.put(name, byFormula(name, shape, new Random(tensors.size()))));
      return Parameters.of(tensors);
    }
  }

  private static Tensor byFormula(String name, long[] shape, Random random) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    long fanIn = count / shape[0];
    float spread = shape.length > 1 ? (float) StrictMath.sqrt(3.0 / fanIn) : 0.1f;
    float centre = shape.length == 1 && name.endsWith("weight") ? 1 : 0; // a norm's scale
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = centre + spread * (2 * random.nextFloat() - 1);
    }
    return torch.tensor(values).reshape(shape);
  }

  /** Values in [-1, 1) by the same generator. */
  public static Tensor image(long seed, long... shape) {
    Random random = new Random(seed);
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return torch.tensor(values).reshape(shape);
  }
}
