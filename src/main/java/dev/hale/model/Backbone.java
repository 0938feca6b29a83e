package dev.hale.model;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.engine.CheckpointException;
import java.util.List;

/**
 * The options that the ADM U-Net and its half-U-Net classifier share (Dhariwal and Nichol 2021),
 * under the reference's names.
 *
 * @param imageSize side of the square input in pixels; a multiple of {@link #totalStride()}
 * @param inChannels image channels
 * @param modelChannels base width; times every multiplier, a multiple of 32
 * @param numResBlocks residual blocks a level
 * @param channelMult width of each level in units of {@code modelChannels}
 * @param attentionResolutions downsampling factors (1, 2, 4, …) at which there is self-attention
 * @param numHeads attention heads, used where {@code numHeadChannels} is 0
 * @param numHeadChannels channels a head, or 0
 * @param useScaleShiftNorm the embedding scales and shifts a norm instead of being added
 * @param resblockUpdown residual blocks change the resolution instead of strided convolutions
 * @param useNewAttentionOrder queries, keys and values are packed first, heads within
 * @param dropout probability, 0 for none
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Backbone(
    int imageSize,
    int inChannels,
    int modelChannels,
    int numResBlocks,
    List<Double> channelMult,
    List<Integer> attentionResolutions,
    int numHeads,
    int numHeadChannels,
    boolean useScaleShiftNorm,
    boolean resblockUpdown,
    boolean useNewAttentionOrder,
    double dropout) {

  public Backbone {
    channelMult = List.copyOf(channelMult);
    attentionResolutions = List.copyOf(attentionResolutions);
    numHeads = Math.max(1, numHeads);
    numHeadChannels = Math.max(0, numHeadChannels);
    if (channelMult.isEmpty() || modelChannels < 1 || inChannels < 1 || numResBlocks < 1) {
      throw new CheckpointException(
          "network layout: needs at least one level, channel and residual block");
    }
    int stride = 1 << (channelMult.size() - 1);
    if (imageSize < stride || imageSize % stride != 0) {
      throw new CheckpointException(
          "network layout: image size %d is not a multiple of the total stride %d"
              .formatted(imageSize, stride));
    }
  }

  /** Input pixels per pixel of the deepest level. */
  public int totalStride() {
    return 1 << (channelMult.size() - 1);
  }

  /** Width of a level. */
  public int channels(int level) {
    return (int) (channelMult.get(level) * modelChannels);
  }

  /** Numbers that an image has at the first level, the largest of all. */
  public long firstLevel() {
    return (long) channels(0) * imageSize * imageSize;
  }

  int embeddingChannels() {
    return 4 * modelChannels;
  }

  int headsFor(int channels) {
    if (numHeadChannels == 0) {
      return numHeads;
    }
    if (channels % numHeadChannels != 0) {
      throw new CheckpointException(
          "network layout: %d channels do not divide into heads of %d"
              .formatted(channels, numHeadChannels));
    }
    return channels / numHeadChannels;
  }
}
