package dev.hale.app.recipe;

import dev.hale.model.Backbone;
import dev.hale.scan.Preprocessing;
import java.util.List;

/**
 * What a configuration says of the layout that both networks share, under the names of the
 * reference implementation; image size and channels come from the data.
 *
 * @param modelChannels base width; times every multiplier, a multiple of 32
 * @param numResBlocks residual blocks a level, at least 1
 * @param channelMult width of each level in units of {@code modelChannels}; there is one level a
 *     multiplier, each of half the resolution of the one before
 * @param attentionResolutions downsampling factors (1, 2, 4, …) at which there is self-attention;
 *     may be empty
 * @param numHeads attention heads, at least 1, used where {@code numHeadChannels} is 0
 * @param numHeadChannels channels a head, or 0 to go by {@code numHeads}
 * @param useScaleShiftNorm the embedding scales and shifts a norm instead of being added
 * @param resblockUpdown residual blocks change the resolution instead of strided convolutions
 * @param dropout probability in [0, 1), 0 for none
 */
public record BackboneSettings(
    int modelChannels,
    int numResBlocks,
    List<Double> channelMult,
    List<Integer> attentionResolutions,
    int numHeads,
    int numHeadChannels,
    boolean useScaleShiftNorm,
    boolean resblockUpdown,
    double dropout) {
  private static final int GROUPS = 32;

  public BackboneSettings {
    channelMult = List.copyOf(channelMult);
    attentionResolutions = List.copyOf(attentionResolutions);
    for (double multiplier : channelMult) {
      double width = multiplier * modelChannels;
      if (!(width >= GROUPS) || width % GROUPS != 0) {
        throw new IllegalArgumentException(
            "channel_mult %s times model_channels %d is %s, expected a multiple of %d"
                .formatted(multiplier, modelChannels, width, GROUPS));
      }
    }
    for (int factor : attentionResolutions) {
      if (Integer.bitCount(factor) != 1 || factor > 1 << (channelMult.size() - 1)) {
        throw new IllegalArgumentException(
            "attention_resolutions has %d, expected downsampling factors from 1 to %d, powers of 2"
                .formatted(factor, 1 << (channelMult.size() - 1)));
      }
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout is %s, expected a probability in [0, 1)".formatted(dropout));
    }
  }

  /** Throws where there can be no such number of slices on either side. */
  static void requireContext(int context) {
    if (context < 0) {
      throw new IllegalArgumentException("context is %d, expected 0 or more".formatted(context));
    }
  }

  /** Of images with so many slices below and above each. */
  Backbone backbone(Preprocessing images, int context) {
    return new Backbone(
        images.imageSize(),
        images.channels().size() * (2 * context + 1),
        modelChannels,
        numResBlocks,
        channelMult,
        attentionResolutions,
        numHeads,
        numHeadChannels,
        useScaleShiftNorm,
        resblockUpdown,
        false,
        dropout);
  }
}
