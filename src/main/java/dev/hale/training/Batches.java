package dev.hale.training;

import dev.hale.data.prepared.BatchSource;

/** Opens the batches of a training at a step, so that it can resume there. */
@FunctionalInterface
public interface Batches {
  /**
   * The batches of this process.
   *
   * @param firstStep whose batch comes first, from 0
   * @return the caller closes it
   */
  BatchSource from(long firstStep);
}
