package dev.hale.data.prepared;

/** Where a training gets its batches, one a step. For one thread. */
public interface BatchSource extends AutoCloseable {
  /** Rows and columns of an image. */
  int imageSize();

  /** Channels of an image. */
  int channels();

  /**
   * The batch of the next step; waits until it is there.
   *
   * @throws dev.hale.scan.DataException where the data cannot be read
   */
  Batch next();

  /** Seconds that the calls of {@link #next} have waited in all. */
  double secondsWaited();

  /** Stops reading. */
  @Override
  void close();
}
