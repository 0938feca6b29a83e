package dev.hale.data.prepared;

import dev.hale.scan.DataException;
import java.util.OptionalInt;

/**
 * Which images make a step's batch, and how they are fetched. What step s sees follows from the
 * seed and s alone, so that a training resumes at any step; several processes see together what one
 * would.
 *
 * @param batch images a step over all processes, a multiple of {@code worldSize}
 * @param balance how often healthy and diseased images come
 * @param onlyLabel 0 or 1 to see images of that label alone; empty for all
 * @param seed of the order and the augmentation
 * @param rank of this process, from 0
 * @param worldSize number of processes
 * @param threads that read and augment, at least 1
 * @param prefetch batches made ready ahead, at least 1
 */
public record Sampling(
    int batch,
    Balance balance,
    OptionalInt onlyLabel,
    long seed,
    int rank,
    int worldSize,
    int threads,
    int prefetch) {
  public Sampling {
    if (worldSize < 1 || rank < 0 || rank >= worldSize) {
      throw new DataException(
          "process %d of %d: expected a rank from 0 to less than the number of processes"
              .formatted(rank, worldSize));
    }
    if (batch < 1 || batch % worldSize != 0) {
      throw new DataException(
          "a batch of %d images cannot be shared evenly by %d processes"
              .formatted(batch, worldSize));
    }
    if (onlyLabel.isPresent() && onlyLabel.getAsInt() != 0 && onlyLabel.getAsInt() != 1) {
      throw new DataException(
          "images of label %d alone: expected 0 (healthy) or 1 (diseased)"
              .formatted(onlyLabel.getAsInt()));
    }
    if (onlyLabel.isPresent() && balance != Balance.NONE) {
      throw new DataException("images of one label alone cannot be balanced over two labels");
    }
    if (threads < 1 || prefetch < 1) {
      throw new DataException(
          "%d threads and %d batches ahead: expected at least 1 of each"
              .formatted(threads, prefetch));
    }
  }

  /** Images of a step that this process sees. */
  public int share() {
    return batch / worldSize;
  }

  /** The first of them in the batch of all processes. */
  public int first() {
    return rank * share();
  }
}
