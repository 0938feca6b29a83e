package dev.hale.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.engine.CheckpointException;
import java.util.List;

/**
 * Layout of a {@link ConvCritic}. It fits every image that is large enough ({@link #requireFits}).
 *
 * @param dimensions 2 for images, 3 for volumes and stacks of slices
 * @param channels image channels; of a stack those of one slice
 * @param filters width of each strided convolution; a last convolution to one channel follows
 * @param kernel side of every kernel, at least 3; padding is {@code (kernel - 1) / 2}
 * @param stride of every convolution but the last, at least 1
 * @param monotonic whether the second half of the network has positive weights only
 * @param instanceNorm whether an instance norm follows all strided convolutions but the first and
 *     those with positive weights, as published. It leaves every feature the same mean over the
 *     image, so that the logit, a mean, hardly sees how much of a feature there is
 * @param pool how the output map becomes the logit
 * @param stack slices that are seen together, in 3 dimensions; their thickness differs from a
 *     pixel's side and they are few, so that kernels are 3 slices deep and move on by one. 0 in 2
 *     dimensions, and for volumes, along whose sides kernels are alike, as published
 */
@JsonNaming(SnakeCaseStrategy.class)
public record CriticConfig(
    int dimensions,
    int channels,
    List<Integer> filters,
    int kernel,
    int stride,
    boolean monotonic,
    boolean instanceNorm,
    Pool pool,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int stack) {
  /** Slices that a kernel spans in a stack. */
  static final int DEPTH = 3;

  /** How the output map becomes the logit. */
  public enum Pool {
    /** The mean, as published: evidence counts by its area. */
    @JsonProperty("mean")
    MEAN,
    /** log of the mean of exp: close to the largest, so that one small lesion is enough. */
    @JsonProperty("log_mean_exp")
    LOG_MEAN_EXP
  }

  /** The published widths. */
  public static final List<Integer> PUBLISHED_FILTERS = List.of(64, 128, 256, 512);

  public CriticConfig {
    filters = filters == null ? List.of() : List.copyOf(filters);
    if (dimensions != 2 && dimensions != 3) {
      throw new CheckpointException(
          "network layout: dimensions is %d, expected 2 or 3".formatted(dimensions));
    }
    if (channels < 1 || filters.isEmpty() || filters.stream().anyMatch(width -> width < 1)) {
      throw new CheckpointException(
          "network layout: channels %d and filters %s, expected numbers above 0"
              .formatted(channels, filters));
    }
    if (kernel < 3 || stride < 1 || stride > kernel) {
      throw new CheckpointException(
          "network layout: kernel %d and stride %d, expected 3 or more and 1 to the kernel's side"
              .formatted(kernel, stride));
    }
    if (stack < 0 || (stack > 0 && dimensions != 3)) {
      throw new CheckpointException(
          "network layout: a stack of %d slices in %d dimensions, expected 0 or more in 3"
              .formatted(stack, dimensions));
    }
  }

  /** Images or volumes. */
  public CriticConfig(
      int dimensions,
      int channels,
      List<Integer> filters,
      int kernel,
      int stride,
      boolean monotonic,
      boolean instanceNorm,
      Pool pool) {
    this(dimensions, channels, filters, kernel, stride, monotonic, instanceNorm, pool, 0);
  }

  /** The published critic of 2-D images: 4×4 kernels, stride 2, 64 to 512 filters. */
  public static CriticConfig published(int channels) {
    return new CriticConfig(2, channels, PUBLISHED_FILTERS, 4, 2, false, true, Pool.MEAN);
  }

  /** Convolutions, from the first, whose weights may have any sign: all, or the first half. */
  int freeLayers() {
    return monotonic ? (filters.size() + 1) / 2 : filters.size() + 1;
  }

  /** Whether an instance norm follows this strided convolution, counted from 0. */
  boolean isNormed(int layer) {
    return instanceNorm && layer > 0 && layer < freeLayers();
  }

  int padding() {
    return (kernel - 1) / 2;
  }

  /** Channels of what goes in: of a stack those of all slices. */
  public int inChannels() {
    return channels * Math.max(1, stack);
  }

  /** Spatial dimensions of what goes in: the slices of a stack lie among the channels. */
  int sides() {
    return stack > 0 ? 2 : dimensions;
  }

  /**
   * Throws unless an image has as many sides, each long enough for every layer.
   *
   * @param sides in pixels or voxels; of a stack those of a slice
   * @throws CheckpointException in one line with the layer that does not fit
   */
  public void requireFits(long... sides) {
    if (sides.length != sides()) {
      throw new CheckpointException(
          "network layout: the critic has %d dimensions, the image %d"
              .formatted(sides(), sides.length));
    }
    for (long side : sides) {
      long left = side;
      for (int layer = 0; layer <= filters.size(); layer++) {
        boolean last = layer == filters.size();
        left = Math.floorDiv(left + 2L * padding() - kernel, last ? 1 : stride) + 1;
        int least = !last && isNormed(layer) ? 2 : 1; // one pixel alone is normed to nothing
        if (left < least) {
          throw new CheckpointException(
              "network layout: an image side of %d is too short for %d filters of stride %d"
                  .formatted(side, filters.size(), stride));
        }
      }
    }
  }
}
