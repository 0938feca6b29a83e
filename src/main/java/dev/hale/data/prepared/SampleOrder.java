package dev.hale.data.prepared;

import dev.hale.data.prepared.Draws.Purpose;
import dev.hale.scan.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which rows make the batch of all processes at a step: a function of the seed and the step. Unless
 * balanced, images go through epochs: each once, in an order that changes from epoch to epoch.
 */
final class SampleOrder {
  private final Sampling sampling;
  private final int[] rows;
  private final int[][] byLabel;
  private final Heights heights;
  private int[] order; // of one epoch
  private long orderEpoch = -1;

  SampleOrder(List<PreparedSlice> slices, Split split, Sampling sampling) {
    this.sampling = sampling;
    rows =
        rows(
            slices,
            split,
            label -> sampling.onlyLabel().isEmpty() || sampling.onlyLabel().getAsInt() == label);
    byLabel =
        new int[][] {
          rows(slices, split, label -> label == 0), rows(slices, split, label -> label == 1)
        };
    String name = split.name().toLowerCase(Locale.ROOT);
    if (rows.length == 0) {
      throw new DataException(
          sampling.onlyLabel().isEmpty()
              ? "the set has no %s images".formatted(name)
              : "the set has no %s images of label %d"
                  .formatted(name, sampling.onlyLabel().getAsInt()));
    }
    if (sampling.balance() != Balance.NONE && (byLabel[0].length == 0 || byLabel[1].length == 0)) {
      throw new DataException(
          "balanced batches need healthy and diseased %s images, the set has %d and %d"
              .formatted(name, byLabel[0].length, byLabel[1].length));
    }
    heights = sampling.balance() == Balance.HEIGHTS ? new Heights(slices, byLabel[0]) : null;
  }

  private static int[] rows(List<PreparedSlice> slices, Split split, IntPredicate label) {
    return IntStream.range(0, slices.size())
        .filter(row -> slices.get(row).split() == split && label.test(slices.get(row).label()))
        .toArray();
  }

  /** The rows of this process's share of a step's batch. */
  int[] at(long step) {
    int first = sampling.first();
    int end = first + sampling.share();
    return sampling.balance() != Balance.NONE
        ? Arrays.copyOfRange(balanced(step), first, end)
        : IntStream.range(first, end).map(n -> uniform(step * sampling.batch() + n)).toArray();
  }

  private int[] balanced(long step) {
    SplittableRandom random = Draws.of(sampling.seed(), Purpose.BALANCED_BATCH, step);
    int[] drawn = new int[sampling.batch()];
    for (int n = 0; n < drawn.length; n++) {
      int label = random.nextInt(2);
      int[] candidates = byLabel[heights == null ? label : 1];
      int row = candidates[random.nextInt(candidates.length)];
      drawn[n] = heights == null || label == 1 ? row : heights.healthyLike(row, random);
    }
    return drawn;
  }

  private int uniform(long sample) {
    long epoch = sample / rows.length;
    if (epoch != orderEpoch) {
      order = shuffled(epoch);
      orderEpoch = epoch;
    }
    return order[(int) (sample % rows.length)];
  }

  /** Fisher and Yates's shuffle. */
  private int[] shuffled(long epoch) {
    SplittableRandom random = Draws.of(sampling.seed(), Purpose.EPOCH_ORDER, epoch);
    int[] shuffled = rows.clone();
    for (int last = shuffled.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int swap = shuffled[last];
      shuffled[last] = shuffled[other];
      shuffled[other] = swap;
    }
    return shuffled;
  }
}
