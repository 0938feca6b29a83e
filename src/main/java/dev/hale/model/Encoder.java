package dev.hale.model;

import dev.hale.engine.Scope;
import dev.hale.model.Layer.Context;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The downward half of the ADM U-Net with its middle, which the classifier has too.
 *
 * @param blocks the reference's {@code input_blocks}; each block's output is a skip connection
 * @param blockChannels channels after each block
 * @param middle the reference's {@code middle_block}
 */
record Encoder(List<List<Layer>> blocks, List<Integer> blockChannels, List<Layer> middle) {

  static Encoder of(ParameterSource source, Backbone backbone) {
    List<List<Layer>> blocks = new ArrayList<>();
    List<Integer> blockChannels = new ArrayList<>();
    int channels = backbone.channels(0);
    blocks.add(
        List.of(
            Convolution.of(source.in("input_blocks.0.0"), backbone.inChannels(), channels, 3, 1)));
    blockChannels.add(channels);
    for (int level = 0; level < backbone.channelMult().size(); level++) {
      for (int i = 0; i < backbone.numResBlocks(); i++) {
        ParameterSource block = source.in("input_blocks." + blocks.size());
        List<Layer> layers = new ArrayList<>();
        int out = backbone.channels(level);
        layers.add(ResidualBlock.of(block.in("0"), channels, out, backbone, Resample.NONE));
        channels = out;
        if (backbone.attentionResolutions().contains(1 << level)) {
          layers.add(AttentionBlock.of(block.in("1"), channels, backbone));
        }
        blocks.add(layers);
        blockChannels.add(channels);
      }
      if (level < backbone.channelMult().size() - 1) {
        ParameterSource block = source.in("input_blocks." + blocks.size() + ".0");
        blocks.add(
            List.of(
                backbone.resblockUpdown()
                    ? ResidualBlock.of(block, channels, channels, backbone, Resample.HALVE)
                    : Convolution.of(block.in("op"), channels, channels, 3, 2)));
        blockChannels.add(channels);
      }
    }
    ParameterSource middle = source.in("middle_block");
    return new Encoder(
        blocks,
        blockChannels,
        List.of(
            ResidualBlock.of(middle.in("0"), channels, channels, backbone, Resample.NONE),
            AttentionBlock.of(middle.in("1"), channels, backbone),
            ResidualBlock.of(middle.in("2"), channels, channels, backbone, Resample.NONE)));
  }

  /** The number format that it computes in. */
  ScalarType scalarType() {
    return ((Convolution) blocks.get(0).get(0)).weight().scalar_type();
  }

  int outChannels() {
    return blockChannels.get(blockChannels.size() - 1);
  }

  /** The middle's features; every block's output is added to {@code skips} unless that is null. */
  Tensor forward(Tensor x, Context context, List<Tensor> skips) {
    Tensor h = x;
    for (List<Layer> block : blocks) {
      h = run(block, h, context);
      if (skips != null) {
        h = context.cuts() == null ? h : context.cuts().cut(h); // the next block uses it, too
        skips.add(h);
      }
    }
    return run(middle, h, context);
  }

  /**
   * The output of the last layer. What the layers compute on the way is freed at once, which saves
   * memory, except what the way back needs.
   */
  static Tensor run(List<Layer> layers, Tensor x, Context context) {
    try (Scope scope = new Scope()) {
      Tensor h = x;
      for (Layer layer : layers) {
        h = layer.forward(h, context);
      }
      return scope.keep(h);
    }
  }
}
